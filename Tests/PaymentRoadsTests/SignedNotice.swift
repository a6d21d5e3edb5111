/// A text and what `SampleSigner` signed of it, made for this test with OpenSSL's own command.
enum SignedNotice {
    static let text =
        #"{"header":{"messageID":"m-1","originatorConversationID":"UKK35QEKV7","channelCode":"207","timeStamp""#
        + #":"20261120120000"},"requestPayload":{"additionalData":{"notificationData":{"businessKey":"7504343#HS"#
        + #"E12","debitMSISDN":"254700000001","transactionAmt":"100.00","transactionDate":"Fri Nov 20 12:00:00 E"#
        + #"AT 2026","transactionID":"FT26325ABCDE","firstName":"JOHN","lastName":"DOE","currency":"KES"}}}}"#
    static let signature =
        #"CQCBFvnnavXWCZnK4KoeYeaNbBgagz+PXiX1+SIhujBfJ9CaIYg7/690opiRWH/99xcQAI3FjiyAS/SNwabks5PgDFIqudMeT8nM"#
        + #"UqEKoFXXemlxZtpvhgS7WnqWekpPbVUsW86XzxkIjyCHp2xMTpOVhOXN7TSD2wFmjZGQOBRarSneTdyH3xTG5LxhN0gthkDDB9me"#
        + #"aOFgraaS6Jt9D05THr2bb9kbiRPnT2x0tkTd2gveWduedzo6dgot5wZyyCjcpH2sqLfdX/IKkno454VqAe8IH+zdqutxb0rHhujM"#
        + #"6v0qp0/+OQFJl9kgtiJjAG2v27Xpq2IsKhFeA+79SQ=="#
}
