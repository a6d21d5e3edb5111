// Tenancy: being built.
