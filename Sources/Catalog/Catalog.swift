// Catalog: being built.
