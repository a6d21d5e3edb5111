import Testing

@testable import BackOffice
