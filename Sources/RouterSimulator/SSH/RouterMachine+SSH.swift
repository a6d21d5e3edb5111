import Values

extension RouterMachine {
    /// The public keys of a user, as `/user/ssh-keys` keeps them.
    func keys(of name: String) -> [String] {
        guard let table = tables["/user/ssh-keys"] else { return [] }
        return table.order.compactMap { table[$0] }.filter { $0["user"] == name }.compactMap { $0["key"] }
    }

    /// Who logs in over SSH: by password, or by a key that was proved where that is nil.
    ///
    /// A user with a key cannot use a password (FACTS 3).
    func user(named name: String, bySSH password: String?, from peer: IPv4Address) -> RouterUser? {
        if let password { return keys(of: name).isEmpty ? user(named: name, password: password, from: peer) : nil }
        guard let table = tables["/user"], let id = table.ids(named: name).first else { return nil }
        return user(named: name, password: table[id]?["password"] ?? "", from: peer)
    }

    /// Takes a public key out of a file; the file is used up.
    mutating func importKey(_ command: RouterCommand) throws(RouterTrap) {
        try forbidStrangers(command, beside: ["public-key-file", "user", "key-owner"])
        guard let name = command.arguments["public-key-file"] else { throw .missing("public-key-file") }
        let user = command.arguments["user"] ?? settings.userName
        guard tables["/user"]?.ids(named: user).isEmpty == false else { throw .noMatch("user") }
        guard let file = files.files[name] else {
            throw .failure("unable to load key file (wrong format or bad passphrase)!")
        }
        let key = String(decoding: file.bytes, as: UTF8.self).filter { !$0.isNewline }
        files.remove(file.id)
        let words = key.split(separator: " ").map(String.init)
        tables["/user/ssh-keys", default: Table()].insert([
            "user": user, "key": key, "key-type": words.first.map { String($0.dropFirst(4)) } ?? "",
            "key-owner": words.count > 2 ? words[2] : "",
        ])
    }
}
