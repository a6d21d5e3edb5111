/// A text, its signature, and the key of whoever signed it, made for this test with OpenSSL's own command.
enum SignatureSample {
    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAru2GAMAXugsANDrKKxnl
        2drAKncbJol9wJACGIYZrJgNyGFfOEk/QxOBvMBWnRMVjbE27xTYHXpopINR07sl
        Tm4GRokLLsvpSjC1prg5hizgB8BXryM9Kf9XqjrdmEkM0hRPxZQRWLUYPtRnWv4L
        ubQqP8lYNOkFmLXTZam/G9l2cTcgcrmYICjNo46QOKKMELyVCMMWAoYr9ZioOj78
        ZvESoYpF20Q8hZ8WfDrYP5Xce7yG4DgN2WlKOPBUQPcVBvPQW77WUQ/M1+t4xi3i
        zOmroPgf35RHx7rBTAnwdbUvcocUZrV9dOphD88YDaVCV1/vcwb2Os4ViPlufFu+
        wQIDAQAB
        -----END PUBLIC KEY-----
        """
    static let text = #"{"a":1,"b":"x"}"#
    static let signature =
        #"FL5dF2pYnZcN8YNiu10Ga+b/636AaJHzqX7cIduf/WXvSgYKziKVePHQKsiDFKhS3L60apv6V/LsX6ckVqW0AzvOTzFcM4GzrGrK"#
        + #"hb0NeoPlaBn98jEluqeZNfdCEZDzD1FSKKTYGR9vPB9iREPIrs6+tgxjZsqoa4mQdRzkIQnZYaKJlaAV1vgJc77jqC06KeWPyS6q"#
        + #"beVBpodVbIRdnpK3w5XAOljlwdHXxSj2gOx5Q5fgFn9BIwOM0YhLrdr9+rtftuze8OTT5Bd0yDRMQMf1T53bZVlzHhoHhx6tHceP"#
        + #"5xqaeIMwlKSw3oeRiUPVAuDdyJ547d0cYHuplmA8kA=="#
}
