import Testing

@testable import Tenancy
