import Templates

extension Samples {
    static let payments: [Sample] = [
        captive("login", "paying", ["offersHref": "/at/kilimani/offers"]),
        captive("ended", "paying", ended.merging(["timeUp": true, "offersHref": "/at/kilimani/offers"])),
        captive("offer", "", offer.merging(["phone": "", "error": .none, "advice": .none])),
        captive(
            "offer", "error",
            offer.merging([
                "phone": "0733 123 456", "sure": "0733 123 456", "error": "t:problem.phone.malformed",
                "advice": "t:problem.phone.malformed.advice",
            ])),
        captive(
            "payment", "asking", payment("asking", "t:payment.step.pin").merging(["asking": true, "changes": true])),
        captive(
            "payment", "waiting",
            payment("waiting", "t:payment.waiting.text").merging([
                "calm": true, "changes": true, "receiptHref": "/at/kilimani/receipts?payment=1",
            ])),
        captive(
            "payment", "failed",
            payment("failed", "t:payment.reason.cancelled").merging([
                "failed": true, "retryAction": "/at/kilimani/payments/1/retries", "offerHref": "/at/kilimani/offers?1",
            ])),
        captive(
            "payment", "kept",
            payment("kept", "t:payment.kept.heading").merging(["calm": true, "more": "t:payment.kept.advice"])),
        captive(
            "payment", "wallet",
            payment("kept", "t:payment.kept.heading").merging([
                "calm": true, "more": "KES 30.00 is kept for you now.", "walletHref": "/at/kilimani/wallets/1",
                "walletAction": "/at/kilimani/wallets/1/payments", "walletLabel": "Pay the missing KES 20.00",
                "purchase": "1", "offer": "1",
            ])),
        captive("wallet", "", wallet),
        captive(
            "wallet", "empty",
            wallet.merging([
                "heading": "t:wallet.heading.empty", "isEmpty": true, "hasBought": false, "bought": .list([]),
                "restAction": .none,
                "missing": .list([]), "error": "t:problem.wallet.short", "advice": "t:problem.wallet.short.advice",
            ])),
        captive("receipt", "", receipt.merging(["error": .none, "advice": .none])),
        captive(
            "receipt", "error",
            receipt.merging([
                "receipt": "UJ62T8IYOU", "phone": "5678", "payment": "f0f0",
                "error": "t:problem.payment.receipt-unknown",
                "advice": "t:problem.payment.receipt-unknown.advice",
            ])),
    ]

    private static let offer: TemplateValues = [
        "name": "Siku", "details": "1 day · 5 GB", "price": "cents:5000", "offer": "1", "payLabel": "Pay KES 50.00",
        "sure": .none, "backHref": "/at/kilimani?other=1",
    ]

    private static let wallet: TemplateValues = [
        "heading": "KES 50.00 is kept for you", "text": "It belongs to +2547•••••678. Use it for a package here.",
        "error": .none, "advice": .none, "backHref": "/at/kilimani?other=1", "hasBought": true, "isEmpty": false,
        "purchase": "1",
        "buyAction": "/at/kilimani/wallets/1/purchases", "restAction": "/at/kilimani/wallets/1/payments",
        "bought": .list([["id": "1", "name": "Siku", "details": "1 day · 5 GB", "price": "KES 50.00"]]),
        "missing": .list([["id": "2", "name": "Wiki", "details": .none, "price": "+ KES 200.00"]]),
    ]

    private static let receipt: TemplateValues = [
        "receipt": "", "phone": "", "payment": .none, "backHref": "/at/kilimani?other=1",
    ]

    private static func payment(_ name: String, _ text: TemplateValue) -> TemplateValues {
        [
            "state": .text(name), "heading": .text("t:payment.\(name).heading"), "text": text, "code": "7K2MPQR4",
            "asking": false, "failed": false, "calm": false, "changes": false,
            "pollHref": "/at/kilimani/payments/1/state",
            "refreshHref": "/at/kilimani/payments/1", "refreshSeconds": "4", "backHref": "/at/kilimani?other=1",
            "more": .none, "retryAction": .none, "receiptHref": .none, "offerHref": .none,
            "walletHref": .none, "walletAction": .none, "walletLabel": .none, "purchase": .none, "offer": .none,
        ]
    }
}
