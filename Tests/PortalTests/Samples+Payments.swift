import Templates

extension Samples {
    static let paymentPages: [Sample] = [
        Sample("office/payments", "", anyPage.merging(list)),
        Sample(
            "office/payments", "empty",
            anyPage.merging(list).merging([
                "isSearchable": false, "hasPayments": false, "nothing": "t:payments.reviews.empty",
            ])),
        Sample("office/payment", "", anyPage.merging(one)),
        Sample(
            "office/payment", "open",
            anyPage.merging(one).merging([
                "stateClass": "pending", "stateLabel": "t:payment.state.asked", "text": "t:payment.state.asked.text",
                "fromWallet": .none, "decided": .none, "whyHref": .none, "effectLabel": .none, "hasReceipts": false,
                "receipts": .list([]), "hasPosting": false, "lines": .list([]), "reviewAction": .none,
            ])),
        Sample("office/payments-unmatched", "", anyPage.merging(unmatched)),
        Sample(
            "office/payments-unmatched", "empty",
            anyPage.merging(unmatched).merging(["hasReceipts": false, "receipts": .list([])])),
        Sample(
            "office/payment-accounts", "",
            anyPage.merging([
                "tabs": tabs, "hasAccounts": true,
                "accounts": .list([
                    [
                        "href": "/office/payments/accounts/1", "title": "Paybill 600100", "stateClass": "active",
                        "stateLabel": "t:account.open", "missing": "t:account.missing.test",
                    ]
                ]),
            ])),
        Sample(
            "office/payment-accounts", "empty",
            anyPage.merging(["tabs": tabs, "hasAccounts": false, "accounts": .list([])])),
        Sample("office/payment-account-new", "", anyPage.merging(form)),
        Sample("office/payment-account", "", anyPage.merging(keys).merging(account)),
        Sample(
            "office/payment-account", "waiting",
            anyPage.merging(keys).merging(account).merging([
                "isWaiting": true, "store": "600000", "isOpen": false,
                "test": step("pending", "t:account.step.going", "t:account.test.asking"), "testHref": .none,
            ])),
    ]

    private static let anyPage: TemplateValues = [
        "notice": .none, "error": .none, "advice": .none, "onDashboard": false, "onVouchers": false,
        "onPackages": false, "onRouters": false, "onLines": false, "onPayments": true,
    ]

    private static let tabs: TemplateValue = .list([
        ["href": "/office/payments", "label": "t:payments.title", "count": .none, "current": true],
        ["href": "/office/payments/unmatched", "label": "t:unmatched.title", "count": "3", "current": false],
        ["href": "/office/payments/reviews", "label": "t:payments.reviews", "count": .none, "current": false],
        ["href": "/office/payments/accounts", "label": "t:accounts.title", "count": .none, "current": false],
    ])

    private static func row(_ chip: String, _ state: String, _ receipt: String) -> TemplateValues {
        facts(chip, state).merging(["href": "/office/payments/1", "receipt": .text(receipt)])
    }

    private static func facts(_ chip: String, _ state: String) -> TemplateValues {
        [
            "code": "7K2MPQR4", "when": "14:07", "what": "Siku", "amount": "cents:5000", "phone": "+2547•••••678",
            "stateClass": .text(chip), "stateLabel": .text("t:payment.state.\(state)"),
        ]
    }

    private static let receipt: TemplateValues = [
        "receipt": "UJ62T8IYOU", "when": "14:08", "amount": "cents:5000",
        "road": "t:road.callback", "reference": "mama", "payer": "ASHA · 2547 ***** 678",
    ]

    private static let list: TemplateValues = [
        "tabs": tabs, "isSearchable": true, "search": "0712", "hasPayments": true, "nothing": "t:payments.not-found",
        "payments": .list([
            row("active", "granted", "UJ62T8IYOU").merging(["needsReview": false]),
            row("pending", "asked", "").merging(["needsReview": false]),
            row("unconfirmed", "short", "UJ62T8IYOV").merging(["needsReview": true]),
        ]),
        "previousHref": "/office/payments", "nextHref": "/office/payments?before=1",
    ]

    private static let one = facts("active", "granted").merging([
        "text": "t:payment.state.granted.text", "phone": "+254712345678", "account": "Paybill 600100",
        "decided": "14:08", "fromWallet": "KES 30.00", "wallet": "KES 0.00", "whyHref": "/office/why?access=1",
        "samePhoneHref": "/office/payments?q=254712345678", "reviewAction": "/office/payments/1/reviews",
        "hasReceipts": true, "receipts": .list([receipt.merging(["standing": "t:receipt.standing.booked"])]),
        "hasPosting": true,
        "lines": .list([
            ["account": "t:ledger.account.clearing", "subject": "Paybill 600100", "debit": "KES 50.00", "credit": ""],
            ["account": "t:ledger.account.revenue", "subject": "Siku", "debit": "", "credit": "KES 50.00"],
        ]),
        "effectClass": "done", "effectLabel": "t:effect.state.done", "effectNote": .none,
    ])

    private static let unmatched: TemplateValues = [
        "tabs": tabs, "hasReceipts": true, "assignAction": "/office/payments/unmatched/assignments",
        "receipts": .list([
            receipt.merging([
                "key": "mpesa/UJ62T8IYOU", "hasSuggestions": true,
                "suggestions": .list([row("failed", "failed", "").merging(["payment": "1"])]),
            ]),
            receipt.merging([
                "receipt": "UJ62T8IYOV", "key": "mpesa/UJ62T8IYOV", "hasSuggestions": false, "suggestions": .list([]),
            ]),
        ]),
        "previousHref": .none, "nextHref": "/office/payments/unmatched?after=1-UJ62T8IYOV",
    ]

    private static let form = keys.merging([
        "number": "", "store": "", "prefix": "",
        "kinds": .list([
            ["value": "paybill", "label": "t:account.kind.paybill", "selected": true],
            ["value": "till", "label": "t:account.kind.till", "selected": false],
        ]),
    ])

    private static let keys: TemplateValues = [
        "key": "",
        "interfaces": .list([
            ["value": "https://api.safaricom.co.ke", "label": "t:account.interface.production", "selected": true],
            ["value": "https://sandbox.safaricom.co.ke", "label": "t:account.interface.sandbox", "selected": false],
        ]),
    ]

    private static func step(_ chip: String, _ label: String, _ text: String) -> TemplateValue {
        .list([["stateClass": .text(chip), "stateLabel": .text(label), "text": .text(text)]])
    }

    private static let account: TemplateValues = [
        "title": "Paybill 600100", "store": .none, "stateClass": "active", "stateLabel": "t:account.open",
        "isMpesa": true,
        "isOpen": true, "isWaiting": false, "stateAction": "/office/payments/accounts/1/states",
        "confirmation": "https://wifi.example/in/c/f0f0/confirm",
        "validation": "https://wifi.example/in/c/f0f0/validate",
        "checkAction": "/office/payments/accounts/1/checks", "keysAction": "/office/payments/accounts/1/keys",
        "registerAction": "/office/payments/accounts/1/registrations",
        "testAction": "/office/payments/accounts/1/tests",
        "initiatorAction": "/office/payments/accounts/1/initiators", "testHref": "/office/payments/1",
        "keys": step("done", "t:account.step.good", "t:account.keys.good"),
        "road": step("pending", "t:account.step.todo", "t:account.register.todo"),
        "test": step("failed", "t:account.step.bad", "t:payment.reason.wrong-passkey"),
        "list": step("expired", "t:account.step.optional", "t:account.list.todo"),
        "back": step("expired", "t:account.step.optional", "t:account.initiator.todo"),
    ]
}
