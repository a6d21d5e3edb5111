/// Who signed the samples of several tests, made with OpenSSL's own command; nobody kept the other half of the key.
package enum SampleSigner {
    package static let publicKey = """
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
}
