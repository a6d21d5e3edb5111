// BackOffice: being built.
