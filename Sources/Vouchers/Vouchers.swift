// Vouchers: being built.
