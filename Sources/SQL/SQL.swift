// SQL: being built.
