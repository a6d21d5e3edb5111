// Locales: being built.
