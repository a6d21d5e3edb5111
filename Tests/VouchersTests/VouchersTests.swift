import Testing

@testable import Vouchers
