// Arguments: being built.
