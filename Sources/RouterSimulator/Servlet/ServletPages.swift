/// The pages that the router serves where its flash holds none of that name.
///
/// Our own words: the vendor's pages are not copied. They hold the same forms and variables.
enum ServletPages {
    /// The page of that name, or nil.
    static func page(_ name: String) -> String? { all[name] }

    private static let banner = "<p class=\"simulator\">lango-routersim: a simulated router, not a MikroTik product</p>"

    private static func frame(_ title: String, _ body: String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>\(title)</title>
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}
        .simulator{color:#777;font-size:.8rem;border-top:1px solid #ddd;padding-top:.5rem}
        input{font:inherit;display:block;margin:.3rem 0 1rem;width:100%;box-sizing:border-box;padding:.4rem}
        button{font:inherit;padding:.4rem 1rem}.error{color:#b00}</style></head><body>
        <h1>\(title)</h1>
        \(body)
        \(banner)
        </body></html>
        """
    }

    /// `errors.txt`: the sentences of refusals.
    private static var sentences: String {
        LoginRefusal.sentences.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
    }

    /// Every page by name.
    static let all: [String: String] = [
        "errors.txt": sentences,
        "login.html": frame(
            "$(server-name)",
            """
            $(if error)<p class="error">$(error)</p>$(endif)
            $(if chap-id)<script src="/md5.js"></script>
            <script>function answer(form){form.password.value=hexMD5('$(chap-id)'+
            unescape(encodeURIComponent(form.password.value))+'$(chap-challenge)');return true}</script>$(endif)
            <form method="post" action="$(link-login-only)"$(if chap-id) onsubmit="return answer(this)"$(endif)>
            <input type="hidden" name="dst" value="$(link-orig)"><input type="hidden" name="popup" value="true">
            <label>User <input name="username" value="$(username)" autocapitalize="none"></label>
            <label>Password <input name="password" type="password"></label>
            <button>Log in</button></form>
            $(if trial == 'yes')<p><a href="$(link-login-only)?dst=$(link-orig-esc)&amp;username=T-$(mac-esc)">Free
            trial</a></p>$(endif)
            """),
        "status.html": frame(
            "$(username)",
            """
            <dl><dt>Address</dt><dd>$(ip)</dd><dt>Up / down</dt><dd>$(bytes-in-nice) / $(bytes-out-nice)</dd>
            <dt>Connected</dt><dd>$(uptime)$(if session-time-left), left $(session-time-left)$(endif)</dd></dl>
            <p><a href="$(link-logout)">Log out</a></p>
            """),
        "logout.html": frame(
            "Logged out", "<p>$(username), $(uptime).</p><p><a href=\"$(link-login)\">Log in</a></p>"),
        "error.html": frame("Error", "<p class=\"error\">$(error)</p><p><a href=\"$(link-login)\">Log in</a></p>"),
        "md5.js": """
        // MD5 (RFC 1321) of a string of bytes, for the hotspot's CHAP.
        function hexMD5(text) {
          var words = [], length = text.length, i;
          for (i = 0; i < length; i++) words[i >> 2] |= (text.charCodeAt(i) & 255) << (i % 4 * 8);
          words[length >> 2] |= 128 << (length % 4 * 8);
          var blocks = ((length + 8) >> 6) + 1;
          for (i = 0; i < blocks * 16; i++) words[i] |= 0;
          words[blocks * 16 - 2] = length * 8;
          var turns = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
          var state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
          for (var block = 0; block < blocks * 16; block += 16) {
            var a = state[0], b = state[1], c = state[2], d = state[3];
            for (var step = 0; step < 64; step++) {
              var round = step >> 4, value, index;
              if (round == 0) { value = (b & c) | (~b & d); index = step; }
              else if (round == 1) { value = (d & b) | (~d & c); index = (5 * step + 1) % 16; }
              else if (round == 2) { value = b ^ c ^ d; index = (3 * step + 5) % 16; }
              else { value = c ^ (b | ~d); index = 7 * step % 16; }
              var constant = Math.floor(Math.abs(Math.sin(step + 1)) * 4294967296) | 0;
              var sum = (a + value + constant + words[block + index]) | 0;
              var turn = turns[round * 4 + step % 4];
              a = d; d = c; c = b;
              b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
            }
            state = [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
          }
          var hex = '';
          for (i = 0; i < 16; i++) hex += ('0' + (state[i >> 2] >>> (i % 4 * 8) & 255).toString(16)).slice(-2);
          return hex;
        }
        """,
        "api.json": """
        {
          "captive": $(if logged-in == 'yes')false$(else)true$(endif),
          "user-portal-url": "$(link-login-only)"$(if session-timeout-secs != 0),
          "seconds-remaining": $(session-timeout-secs)$(endif)$(if remain-bytes-total),
          "bytes-remaining": $(remain-bytes-total)$(endif)$(if logged-in == 'yes'),
          "can-extend-session": true$(endif)
        }
        """,
    ]

    /// What a phone that is online sees of any address.
    static func internet(_ facts: [(name: String, value: String)], host: String) -> String {
        let rows = facts.map { "<dt>\($0.name)</dt><dd>\(escaped($0.value))</dd>" }.joined()
        return frame("Simulated internet", "<p>This stands for <b>\(escaped(host))</b>.</p><dl>\(rows)</dl>")
    }

    /// A page that says why something was not done.
    static func plain(_ title: String, _ text: String) -> String { frame(title, "<p>\(escaped(text))</p>") }

    /// Text for HTML content.
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
