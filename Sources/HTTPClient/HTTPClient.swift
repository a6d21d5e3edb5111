// HTTPClient: being built.
