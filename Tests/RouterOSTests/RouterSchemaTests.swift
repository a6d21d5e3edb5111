import JSON
import RouterOS
import Testing

@Suite struct RouterSchemaTests {
    @Test("The tables hold the facts gathered from real command trees", .enabled(if: Fixture.isPresent, Fixture.reason))
    func agrees() throws {
        let facts = try #require(try Fixture.document("schema.json")["paths"]?.object)
        #expect(RouterSchema.menus.count >= 80)
        // The trees were gathered from 7.9 on: what version 6 alone had is in none of them.
        for menu in RouterSchema.menus where menu.versions.until.map({ $0 >= RouterVersion(7, 0) }) ?? true {
            let fact = try #require(facts[menu.path], "\(menu.path)")
            #expect(menu.isRecord == (fact["kind"]?.text == "singleton"), "\(menu.path)")
            #expect(menu.versions.since == fact["menu_since"]?.text.flatMap { RouterVersion($0) }, "\(menu.path)")
            let properties = try #require(fact["properties"]?.object)
            #expect(Set(menu.properties.map(\.name)) == Set(properties.keys), "\(menu.path)")
            for property in menu.properties {
                let fact = try #require(properties[property.name])
                let name: Comment = "\(menu.path) \(property.name)"
                #expect(property.access.rawValue == fact["access"]?.text, name)
                #expect(property.since == fact["since"]?.text.flatMap { RouterVersion($0) }, name)
                #expect(property.until == fact["until"]?.text.flatMap { RouterVersion($0) }, name)
                #expect(property.isRequired == (fact["required"]?.boolean ?? false), name)
                if let known = property.defaultValue { #expect(known == fact["default"].flatMap(Self.plain), name) }
                let words = (fact["enum"]?.array ?? fact["flags"]?.array ?? []).compactMap(\.text)
                if property.type == .choice, !words.isEmpty { #expect(property.words == words, name) }
            }
            let commands = Set((fact["commands"]?.array ?? []).compactMap(\.text))
            #expect(Set(menu.commands.keys).isSubset(of: commands), "\(menu.path)")
            #expect(
                commands.intersection(["add", "set", "remove", "enable", "disable"]).isSubset(of: menu.commands.keys))
        }
    }

    private static func plain(_ value: JSON) -> String? {
        switch value {
        case .bool(let truth): truth ? "true" : "false"
        case .number(let digits): digits
        default: value.text
        }
    }

    @Test("A property tells its access, its form and its versions")
    func lookUp() throws {
        let user = try #require(RouterSchema.menu("/ip/hotspot/user"))
        #expect(user.property("limit-uptime")?.type == .duration && user.property("limit-uptime")?.since == nil)
        #expect(user.property("uptime")?.access == .readOnly)
        #expect(user.property("profile")?.words == ["/ip/hotspot/user/profile"])
        #expect(user.property("otp-secret")?.since == RouterVersion(7, 21, 3))
        #expect(user.property("colour") == nil && RouterSchema.menu("/ip/hotspt") == nil)
        #expect(user.commands["reset-counters"] == ["numbers"])
        #expect(RouterSchema.menu("/system/identity")?.isRecord == true)
        #expect(RouterSchema.menu("/ip/service/webserver")?.versions.since == RouterVersion(7, 21))
    }

    @Test("What may be written depends on the version")
    func writable() throws {
        let user = try #require(RouterSchema.menu("/ip/hotspot/user"))
        let cases: [(name: String, version: RouterVersion, isWritable: Bool)] = [
            ("limit-uptime", RouterVersion(7, 9), true), ("uptime", RouterVersion(7, 9), false),
            ("otp-secret", RouterVersion(7, 21, 2), false), ("otp-secret", RouterVersion(7, 24), true),
            ("totp-secret", RouterVersion(7, 20), false), ("totp-secret", RouterVersion(7, 21, 1), true),
            ("totp-secret", RouterVersion(7, 21, 3), false), ("colour", RouterVersion(7, 24), false),
        ]
        for entry in cases {
            #expect(user.isWritable(entry.name, in: entry.version) == entry.isWritable, "\(entry)")
        }
    }
}

@Suite struct RouterVersionTests {
    @Test("Versions are ordered as they were released")
    func order() throws {
        let texts = [
            "6.43", "6.49.10 (long-term)", "7.1beta4", "7.1beta10", "7.1rc1", "7.1", "7.2rc5", "7.9 (stable)", "7.9.2",
            "7.10 (stable) 2023-06-15", "7.16.2 (stable)", "7.24rc2 (testing)", "7.24",
        ]
        let versions = texts.compactMap { RouterVersion($0) }
        #expect(versions.count == texts.count)
        #expect(versions == versions.sorted() && Set(versions).count == versions.count)
        #expect(versions.map(\.description)[1] == "6.49.10" && versions[11].description == "7.24rc2")
    }

    @Test(
        "What is no version is refused",
        arguments: ["", "7", "7.", "7.1.2.3", "v7.1", "7.-1", "7.1rc", "7.1rc1rc2", "stable"])
    func refuses(text: String) {
        #expect(RouterVersion(text) == nil)
    }
}
