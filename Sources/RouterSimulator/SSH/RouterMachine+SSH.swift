extension RouterMachine {
    /// Who that is, or nil; a user with a key cannot use a password (FACTS 3).
    func sshUser(_ name: String, password: String) -> RouterUser? {
        guard keys(of: name).isEmpty, let user = user(named: name, password: password), user.policies.contains("ssh")
        else { return nil }
        return user
    }

    /// Who holds the key: RSA always, ed25519 from 7.12 on, ECDSA never (FACTS 3).
    func sshUser(_ name: String, key: String, kind: String) -> RouterUser? {
        let isTaken = kind == "ssh-rsa" || (kind == "ssh-ed25519" && version >= RouterRelease(7, 12))
        guard isTaken, keys(of: name).contains(key), let table = tables["/user"],
            let id = table.ids(named: name).first, let user = user(named: name, password: table[id]?["password"] ?? ""),
            user.policies.contains("ssh")
        else { return nil }
        return user
    }

    /// The second words of a user's keys: `ssh-ed25519 AAAA… comment`.
    private func keys(of name: String) -> [String] {
        (tables["/user/ssh-keys"]?.rows.values ?? [:].values).filter { $0["user"] == name }.compactMap { row in
            let words = (row["key"] ?? "").split(separator: " ")
            return words.count >= 2 ? String(words[1]) : nil
        }
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
