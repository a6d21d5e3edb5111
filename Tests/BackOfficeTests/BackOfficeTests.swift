import BackOffice
import HTTPServer
import Tenancy
import Glibc
import TestKit
import Testing

@Suite struct DemoSoak {
    @Test("The pages can be looked at for as long as LANGO_OFFICE_DEMO says")
    func showsPages() throws {
        guard let seconds = unsafe getenv("LANGO_OFFICE_DEMO").flatMap({ unsafe UInt32(String(cString: $0)) }) else {
            return
        }
        let office = try Office(.sqlite)
        print("http://127.0.0.1:\(office.server.port)/office  \(office.mtaani.admin.login)  \(Office.password)")
        sleep(seconds)
    }
}
