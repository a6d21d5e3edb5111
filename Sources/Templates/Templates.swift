// Templates: being built.
