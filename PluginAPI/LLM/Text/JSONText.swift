/// Reads JSON from text: strictly, or with the repairs of ``JSONRepair``.
///
/// Any text is allowed. Levels beyond 64 are refused, so memory and stack are bounded.
public struct JSONText {
    /// Deepest level of lists and objects.
    public static let depthMax = 64

    private let text: [Unicode.Scalar]
    private let isTolerant: Bool
    private var at = 0
    /// What had to be repaired so far.
    private var repairs: Set<JSONRepair> = []

    private init(_ text: [Unicode.Scalar], isTolerant: Bool) {
        self.text = text
        self.isTolerant = isTolerant
    }

    /// Returns the one value that `text` is, by the letter of RFC 8259; keys are distinct.
    public static func strict(_ text: String) throws(JSONFault) -> JSONNode {
        try whole(Array(text.unicodeScalars), isTolerant: false).value
    }

    /// Returns the one value that `text` is, and the repairs that reading it took.
    public static func tolerant(
        _ text: [Unicode.Scalar]
    ) throws(JSONFault) -> (value: JSONNode, repairs: Set<JSONRepair>) {
        try whole(text, isTolerant: true)
    }

    private static func whole(
        _ text: [Unicode.Scalar], isTolerant: Bool
    ) throws(JSONFault) -> (value: JSONNode, repairs: Set<JSONRepair>) {
        var reader = JSONText(text, isTolerant: isTolerant)
        let value = try reader.value(depth: 0)
        try reader.skipSpace()
        guard reader.at == text.count else { throw reader.fault("more follows the value") }
        return (value, reader.repairs)
    }

    private func fault(_ reason: String) -> JSONFault { JSONFault(offset: at, reason: reason) }

    private mutating func repair(_ kind: JSONRepair, _ reason: String) throws(JSONFault) {
        guard isTolerant else { throw fault(reason) }
        repairs.insert(kind)
    }

    // MARK: space and punctuation

    private mutating func skipSpace() throws(JSONFault) {
        while at < text.count {
            switch text[at] {
            case " ", "\n", "\r", "\t": at += 1
            case let other where Spelling.isInvisible(other):
                try repair(.spaces, "a space that JSON does not know")
                at += 1
            case "/":
                try repair(.comment, "a comment")
                try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONFault) {
        let isBlock = at + 1 < text.count && text[at + 1] == "*"
        guard isBlock || (at + 1 < text.count && text[at + 1] == "/") else {
            throw fault("a stray /")
        }
        at += 2
        while at < text.count {
            if !isBlock, text[at] == "\n" { return }
            if isBlock, text[at] == "*", at + 1 < text.count, text[at + 1] == "/" {
                at += 2
                return
            }
            at += 1
        }
        if isBlock { throw fault("a comment without an end") }
    }

    /// The next character that counts, with punctuation in its plain form.
    private mutating func peek() throws(JSONFault) -> Unicode.Scalar? {
        try skipSpace()
        guard at < text.count else { return nil }
        return isTolerant ? Spelling.plain(text[at]) : text[at]
    }

    /// Takes punctuation when it comes next.
    private mutating func take(_ wanted: Unicode.Scalar) throws(JSONFault) -> Bool {
        guard try peek() == wanted else { return false }
        if text[at] != wanted { repairs.insert(.fullWidth) }
        at += 1
        return true
    }

    // MARK: values

    private mutating func value(depth: Int) throws(JSONFault) -> JSONNode {
        guard let next = try peek() else { throw fault("the text ends where a value belongs") }
        guard depth < JSONText.depthMax else { throw fault("more than 64 levels") }
        switch next {
        case "{": return try object(depth: depth)
        case "[": return try list(depth: depth)
        case "-", "0"..."9": return try number()
        case let quote where Spelling.closing(quote, isTolerant: isTolerant) != nil:
            return .text(try string())
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONNode {
        _ = try take("{")
        var members: [JSONNode.Member] = [], keys: Set<String> = []
        if try take("}") { return .object([]) }
        while true {
            let key = try key()
            guard keys.insert(key).inserted else { throw fault("the key \(key) stands twice") }
            guard try take(":") else { throw fault("no colon after the key \(key)") }
            members.append(JSONNode.Member(key, try value(depth: depth + 1)))
            if try take("}") { return .object(members) }
            guard try take(",") else { throw fault("no comma after the value of \(key)") }
            if try peek() == "}" {
                try repair(.trailingComma, "a comma before }")
                _ = try take("}")
                return .object(members)
            }
        }
    }

    private mutating func list(depth: Int) throws(JSONFault) -> JSONNode {
        _ = try take("[")
        var items: [JSONNode] = []
        if try take("]") { return .list([]) }
        while true {
            items.append(try value(depth: depth + 1))
            if try take("]") { return .list(items) }
            guard try take(",") else { throw fault("no comma after item \(items.count)") }
            if try peek() == "]" {
                try repair(.trailingComma, "a comma before ]")
                _ = try take("]")
                return .list(items)
            }
        }
    }

    private mutating func key() throws(JSONFault) -> String {
        guard let next = try peek() else { throw fault("the text ends where a key belongs") }
        if Spelling.closing(next, isTolerant: isTolerant) != nil { return try string() }
        if ("0"..."9").contains(next) {
            throw fault("digits where a key belongs: perhaps a thousands separator")
        }
        let start = at
        while at < text.count, Spelling.isWord(text[at]) { at += 1 }
        guard at > start else { throw fault("no key") }
        try repair(.bareKey, "a key without quotes")
        return Spelling.string(text[start..<at])
    }

    private mutating func word() throws(JSONFault) -> JSONNode {
        let start = at
        while at < text.count, Spelling.isWord(text[at]) || text[at] == "/" { at += 1 }
        let word = Spelling.string(text[start..<at])
        switch word {
        case "null": return .null
        case "true": return .flag(true)
        case "false": return .flag(false)
        default: break
        }
        guard let meant = Spelling.words[word.lowercased()] else {
            throw fault(word.isEmpty ? "no value" : "the word \(word) without quotes")
        }
        try repair(.word, "the word \(word)")
        return meant
    }

    private mutating func number() throws(JSONFault) -> JSONNode {
        let start = at
        if text[at] == "-" { at += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || text[at - whole] != "0" else {
            throw fault("a number that starts wrongly")
        }
        if at < text.count, text[at] == "." {
            at += 1
            guard digits() > 0 else { throw fault("no digit after the point") }
        }
        if at < text.count, text[at] == "e" || text[at] == "E" {
            at += 1
            if at < text.count, text[at] == "+" || text[at] == "-" { at += 1 }
            guard digits() > 0 else { throw fault("no digit in the exponent") }
        }
        let spelled = Spelling.string(text[start..<at])
        guard at < text.count else { return .number(spelled) }
        if isTolerant, text[at] == "%" || text[at] == "％" {
            repairs.insert(.percent)
            at += 1
            return .text(spelled + "%")
        }
        guard !Spelling.isWord(text[at]), text[at] != "." else {
            throw fault("a number that goes on as something else")
        }
        return .number(spelled)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < text.count, ("0"..."9").contains(text[at]) { at += 1 }
        return at - start
    }

    // MARK: texts

    private mutating func string() throws(JSONFault) -> String {
        guard let ends = Spelling.closing(text[at], isTolerant: isTolerant) else {
            throw fault("no quote")
        }
        if text[at] != "\"" { repairs.insert(.quotes) }
        at += 1
        var out = String.UnicodeScalarView()
        while at < text.count {
            let scalar = text[at]
            if ends.contains(scalar) {
                at += 1
                return String(out)
            }
            if scalar == "\\" {
                out.append(try escaped())
                continue
            }
            if scalar.value < 0x20 { try repair(.rawControl, "a control character in a text") }
            out.append(scalar)
            at += 1
        }
        throw fault("a text without an end")
    }

    private mutating func escaped() throws(JSONFault) -> Unicode.Scalar {
        at += 1
        guard at < text.count else { throw fault("a text without an end") }
        let kind = text[at]
        at += 1
        switch kind {
        case "\"", "\\", "/": return kind
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": return try unicode()
        default: throw fault("an unknown escape")
        }
    }

    private mutating func unicode() throws(JSONFault) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), at + 1 < text.count, text[at] == "\\",
            text[at + 1] == "u"
        else { throw fault("half a surrogate pair") }
        at += 2
        let second = try hexadecimal()
        let joined = 0x10000 + ((first - 0xD800) << 10) + (second &- 0xDC00)
        guard (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(joined) else {
            throw fault("half a surrogate pair")
        }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard at < text.count, text[at].isASCII, let digit = Character(text[at]).hexDigitValue
            else { throw fault("an escape without four digits") }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}
