/// A text and what `SampleSigner` signed of it, made for this test with OpenSSL's own command.
enum SignatureSample {
    static let text = #"{"a":1,"b":"x"}"#
    static let signature =
        #"FL5dF2pYnZcN8YNiu10Ga+b/636AaJHzqX7cIduf/WXvSgYKziKVePHQKsiDFKhS3L60apv6V/LsX6ckVqW0AzvOTzFcM4GzrGrK"#
        + #"hb0NeoPlaBn98jEluqeZNfdCEZDzD1FSKKTYGR9vPB9iREPIrs6+tgxjZsqoa4mQdRzkIQnZYaKJlaAV1vgJc77jqC06KeWPyS6q"#
        + #"beVBpodVbIRdnpK3w5XAOljlwdHXxSj2gOx5Q5fgFn9BIwOM0YhLrdr9+rtftuze8OTT5Bd0yDRMQMf1T53bZVlzHhoHhx6tHceP"#
        + #"5xqaeIMwlKSw3oeRiUPVAuDdyJ547d0cYHuplmA8kA=="#
}
