package import MobileMoney
package import Values

/// The ways on which news of money comes; the first one settles, the others confirm.
package enum Road: String, Hashable, Sendable, CaseIterable {
    /// What was posted to a payment's own address after a prompt.
    case callback
    /// What was posted to an account's address whenever somebody paid.
    case incoming
    /// The answer to our own question about a prompt.
    case query
    /// A row of the provider's list of payments.
    case pull
    /// A row of a statement that a person brought.
    case statement
}

/// One piece of news, whatever the road.
package struct Evidence: Hashable, Sendable {
    package enum News: Hashable, Sendable {
        case money(Arrival)
        case failed(PaymentFailure)
        case open(OpenReason)
    }

    package let road: Road
    package let account: RailAccount
    /// The payment that it is about, where the road tells: by its secret address or by what we asked.
    package let payment: ID<Payment>?
    package let news: News

    package init(road: Road, account: RailAccount, payment: ID<Payment>? = nil, news: News) {
        self.road = road
        self.account = account
        self.payment = payment
        self.news = news
    }

    /// News of a prompt.
    package init(road: Road, account: RailAccount, payment: ID<Payment>, answer: PaymentAnswer) {
        let news: News =
            switch answer {
            case .paid(let facts): .money(Arrival(facts))
            case .failed(let failure): .failed(failure)
            case .open(let reason): .open(reason)
            }
        self.init(road: road, account: account, payment: payment, news: news)
    }
}

/// Money that came, as far as a road tells.
package struct Arrival: Hashable, Sendable {
    package var receipt: ReceiptNumber?
    package var amount: Money?
    package var paidAt: Instant?
    /// The number that was paid; nil where the road leads to one account only.
    package var shortCode: String?
    package var reference: TypedReference?
    package var payer = PayerMark.absent
    package var payerName: String?
    /// Who numbered the receipt, where it is not the rail on which it came: M-PESA's own number of a payment to a bank.
    package var receiptRail: Rail?
    /// Other names of the same money, by which other roads may tell of it.
    package var aliases: [ReceiptName] = []
    /// Words that may name the payment, where nothing was typed as an account.
    package var mentions: [TypedReference] = []
    /// Whether `paidAt` is told to the minute and not to the day.
    package var isTimed = true

    /// Money that a bank tells of.
    package init(receipt: ReceiptNumber?, amount: Money, paidAt: Instant) {
        self.receipt = receipt
        self.amount = amount
        self.paidAt = paidAt
    }

    /// All names of the money, the one under which it is booked first.
    func names(on rail: Rail) -> [ReceiptName] {
        receipt.map { [ReceiptName(receiptRail ?? rail, $0)] + aliases } ?? aliases
    }

    package init(_ facts: PaymentFacts) {
        receipt = facts.receipt
        amount = facts.amount
        paidAt = facts.paidAt
        payer = facts.payer
    }

    package init(_ payment: IncomingPayment) {
        receipt = payment.receipt
        amount = payment.amount
        paidAt = payment.paidAt
        shortCode = payment.shortCode.isEmpty ? nil : payment.shortCode
        receiptRail = payment.receiptRail
        aliases = payment.aliases
        mentions = payment.mentions
        reference = payment.reference
        payer = payment.payer
        payerName = payment.payerName
    }
}

/// What became of a piece of news.
package enum Settled: String, Hashable, Sendable {
    /// It decided a payment: money came.
    case paid
    /// The money has its receipt now, or it has its payment.
    case attached
    /// It tells what is known.
    case confirmed
    /// It decided a payment for now: no money came.
    case failed
    /// Nothing is decided.
    case open
    /// More money than asked for: into the wallet.
    case credited
    /// Money that belongs to nobody yet.
    case unassigned
    /// It contradicts what is known; a person looks.
    case review
    /// It is not about this account: another number, another currency.
    case foreign
}
