import Values

/// ISO 20022's bank-to-customer statement, camt.053.001.02 to .08; namespaces are not looked at.
///
/// Source: ISO 20022 message definitions of the series Bank-to-Customer Cash Management. An entry that holds several
/// payments is told payment by payment where they add up to it.
final class CamtStatement: StatementReader {
    private let xml: XMLPull
    private var path: [String] = []
    private var text = ""
    private var attribute: String?
    private var waiting: [StatementItem] = []
    private var isAny = false

    private var account = ""
    private var currency: Currency?
    private var balance = CamtBalance()
    private var opening: (money: Money, isCertain: Bool)?
    private var closing: Money?
    private var entry: CamtEntry?

    init(_ xml: XMLPull) { self.xml = xml }

    func next() throws(StatementTrouble) -> StatementItem? {
        while waiting.isEmpty {
            guard let event = try xml.next() else {
                guard isAny else { throw .unknownFormat }
                return nil
            }
            switch event {
            case .start(let name): begin(name)
            case .text(let piece): if text.utf8.count < 4_096 { text += piece }
            case .end(let name):
                end(name)
                path.removeLast()
                text = ""
            }
        }
        return waiting.removeFirst()
    }

    private func begin(_ name: String) {
        path.append(name)
        text = ""
        if name == "Amt" { attribute = xml.attribute("Ccy") }
        switch name {
        case "Stmt": (account, currency, opening, closing, isAny) = ("", nil, nil, nil, true)
        case "Bal" where path.dropLast().last == "Stmt": balance = CamtBalance()
        case "Ntry" where path.dropLast().last == "Stmt":
            tellOpening()
            entry = CamtEntry(line: xml.line)
        case "TxDtls": entry?.beginDetails()
        default: break
        }
    }

    private func end(_ name: String) {
        if entry != nil {
            guard name == "Ntry", path.dropLast().last == "Stmt" else {
                let place = path.lastIndex(of: "Ntry").map { $0 + 1 } ?? 0
                entry?.note(path[place...], text.trimmedText, currency: attribute)
                return
            }
            waiting += entry?.items(in: currency) ?? []
            entry = nil
            return
        }
        guard let place = path.lastIndex(of: "Stmt") else { return }
        let inner = path[(place + 1)...].joined(separator: "/")
        switch inner {
        case "Acct/Id/IBAN", "Acct/Id/Othr/Id": account = text.trimmedText
        case "Acct/Ccy": currency = Currency(code: text.trimmedText)
        case "Acct": waiting.append(.account(account, currency))
        case "Bal/Tp/CdOrPrtry/Cd": balance.kind = text.trimmedText
        case "Bal/Amt": (balance.amount, balance.currency) = (text.trimmedText, attribute)
        case "Bal/CdtDbtInd": balance.isDebit = text.trimmedText == "DBIT"
        case "Bal": keepBalance()
        case "":
            tellOpening()
            if let closing { waiting.append(.closing(closing)) }
        default: break
        }
    }

    private func keepBalance() {
        guard let money = balance.money else { return }
        switch balance.kind {
        case "OPBD": opening = (money, true)
        // What was there at the end of the statement before is what is there at the beginning of this one.
        case "PRCD" where opening?.isCertain != true: opening = (money, false)
        case "CLBD": closing = money
        default: break
        }
    }

    private func tellOpening() {
        guard let found = opening else { return }
        waiting.append(.opening(found.money))
        opening = nil
    }
}

private struct CamtBalance {
    var kind = ""
    var amount = ""
    var currency: String?
    var isDebit = false

    var money: Money? {
        guard let currency = currency.flatMap({ Currency(code: $0) }),
            let money = CamtEntry.money(amount, currency)
        else { return nil }
        return isDebit ? money * -1 : money
    }
}

extension String {
    /// Without the spaces and ends of lines around it.
    fileprivate var trimmedText: String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = utf8.first, isSpace(first) || utf8.last.map(isSpace) == true else { return self }
        return String(
            decoding: Array(utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()), as: UTF8.self)
    }
}
