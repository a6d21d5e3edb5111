// Documents: being built.
