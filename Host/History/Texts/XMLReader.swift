/// Walks over XML as feeds hold it: forgiving where that does no harm, bounded everywhere.
///
/// A document type and what it declares are passed over: there are no entities but those of the
/// language itself and the common ones of HTML, nothing outside is ever read. End tags that close
/// nothing are ignored, elements that are not closed end with the one around them.
struct XMLReader {
    /// What is found, in order.
    enum Event: Equatable {
        case start(name: String, attributes: [String: String])
        /// Characters between tags, entities replaced; may come in pieces.
        case text(String)
        case end(name: String)
    }

    /// Elements inside one another.
    static let depthMax = 64
    /// Attributes of one element.
    static let attributesMax = 64
    /// Bytes of one name.
    static let nameMax = 128

    private let bytes: [UInt8]
    private var at = 0
    /// Elements that are open, the outermost first.
    private(set) var open: [String] = []
    /// Found and not given yet.
    private var waiting: [Event] = []

    /// - Parameter bytes: UTF-8; what is not is replaced where it is read.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    /// The next event; nil at the end.
    ///
    /// - Throws: ``TextFault`` where the bytes are no XML or a bound is passed.
    mutating func next() throws(TextFault) -> Event? {
        while true {
            if !waiting.isEmpty { return waiting.removeFirst() }
            guard at < bytes.count else {
                guard let name = open.popLast() else { return nil }
                return .end(name: name)
            }
            if isMarkup(at) { try markup() } else { characters() }
        }
    }

    /// Whether a tag, comment or the like begins; feeds write `5 < 6` as it is.
    private func isMarkup(_ at: Int) -> Bool {
        guard bytes[at] == 0x3C else { return false }
        guard at + 1 < bytes.count else { return true }
        return [0x21, 0x2F, 0x3F].contains(bytes[at + 1]) || Self.isOfName(bytes[at + 1])
    }

    private mutating func characters() {
        let start = at
        while at < bytes.count, !isMarkup(at) { at += 1 }
        waiting.append(.text(Entities.replaced(bytes[start..<at])))
    }

    private mutating func markup() throws(TextFault) {
        if starts("<!--") { return try pass(through: "-->", from: 4) }
        if starts("<![CDATA[") { return try characterData() }
        if starts("<?") { return try pass(through: "?>", from: 2) }
        if starts("<!") { return try declaration() }
        if starts("</") { return try endTag() }
        try startTag()
    }

    private func starts(_ text: StaticString) -> Bool {
        guard at + text.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[at + $0] == text.utf8Start[$0] }
    }

    /// Where a text comes next, from a place on.
    private func find(_ text: String, from place: Int) -> Int? {
        let sought = Array(text.utf8)
        guard place + sought.count <= bytes.count else { return nil }
        return (place...bytes.count - sought.count).first { start in
            bytes[start] == sought[0]
                && sought.indices.allSatisfy { bytes[start + $0] == sought[$0] }
        }
    }

    private mutating func pass(through text: String, from skipped: Int) throws(TextFault) {
        guard let end = find(text, from: at + skipped) else { throw .form(at: at, "it is cut") }
        at = end + text.utf8.count
    }

    private mutating func characterData() throws(TextFault) {
        guard let end = find("]]>", from: at + 9) else { throw .form(at: at, "it is cut") }
        waiting.append(.text(String(decoding: bytes[at + 9..<end], as: UTF8.self)))
        at = end + 3
    }

    /// Passes over a document type, with what is declared in its brackets.
    private mutating func declaration() throws(TextFault) {
        let start = at
        var depth = 0, quote: UInt8 = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if quote != 0 {
                if byte == quote { quote = 0 }
                continue
            }
            switch byte {
            case 0x22, 0x27: quote = byte
            case 0x5B: depth += 1
            case 0x5D: depth -= 1
            case 0x3E where depth <= 0: return
            default: break
            }
        }
        throw .form(at: start, "it is cut")
    }

    private mutating func endTag() throws(TextFault) {
        let start = at
        at += 2
        let name = try name()
        while at < bytes.count, bytes[at] != 0x3E { at += 1 }
        guard at < bytes.count else { throw .form(at: start, "it is cut") }
        at += 1
        guard let place = open.lastIndex(of: name) else { return }
        while open.count > place, let closed = open.popLast() {
            waiting.append(.end(name: closed))
        }
    }

    private mutating func startTag() throws(TextFault) {
        let start = at
        at += 1
        let name = try name()
        var attributes: [String: String] = [:]
        while true {
            blanks()
            guard at < bytes.count else { throw .form(at: start, "it is cut") }
            if bytes[at] == 0x3E {
                at += 1
                guard open.count < Self.depthMax else { throw .tooDeep(Self.depthMax) }
                open.append(name)
                waiting.append(.start(name: name, attributes: attributes))
                return
            }
            if starts("/>") {
                at += 2
                waiting += [.start(name: name, attributes: attributes), .end(name: name)]
                return
            }
            let (key, value) = try attribute()
            guard attributes.count < Self.attributesMax else {
                throw .form(at: start, "an element has more than 64 attributes")
            }
            attributes[key] = value
        }
    }

    private mutating func attribute() throws(TextFault) -> (String, String) {
        let key = try name()
        blanks()
        guard at < bytes.count, bytes[at] == 0x3D else { return (key, "") }
        at += 1
        blanks()
        guard at < bytes.count, bytes[at] == 0x22 || bytes[at] == 0x27 else {
            throw .form(at: at, "an attribute has no quotes")
        }
        let quote = bytes[at], start = at + 1
        at = start
        while at < bytes.count, bytes[at] != quote { at += 1 }
        guard at < bytes.count else { throw .form(at: start, "it is cut") }
        at += 1
        return (key, Entities.replaced(bytes[start..<at - 1]))
    }

    private mutating func name() throws(TextFault) -> String {
        let start = at
        while at < bytes.count, Self.isOfName(bytes[at]) { at += 1 }
        guard at > start, at - start <= Self.nameMax else {
            throw .form(at: start, "a tag has no name, or one of more than 128 bytes")
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func blanks() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F, 0x80...: true
        default: false
        }
    }
}

/// Why a document of texts cannot be read.
enum TextFault: Error, Equatable {
    case form(at: Int, String)
    case tooDeep(Int)
    /// Neither RSS, nor Atom, nor JSON Feed, nor posts.
    case unknown(String)
    /// Written in letters that are not read.
    case encoding(String)
}

/// Characters that are written by name or number.
enum Entities {
    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "mdash": "—",
        "ndash": "–", "hellip": "…", "rsquo": "’", "lsquo": "‘", "ldquo": "“", "rdquo": "”",
        "copy": "©", "reg": "®", "trade": "™", "euro": "€", "pound": "£", "yen": "¥", "cent": "¢",
        "middot": "·", "bull": "•", "laquo": "«", "raquo": "»", "times": "×", "deg": "°",
        "eacute": "é", "egrave": "è", "agrave": "à", "ccedil": "ç", "uuml": "ü", "ouml": "ö",
        "auml": "ä", "szlig": "ß", "ntilde": "ñ",
    ]

    /// The text with entities replaced; what is no entity stays as it is.
    static func replaced(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var at = bytes.startIndex
        while at < bytes.endIndex {
            if bytes[at] == 0x26, let (text, length) = entity(bytes[at...].dropFirst().prefix(12)) {
                out += text.utf8
                at += length + 2
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The entity that `bytes` begin with and how many bytes its name has, `&` and `;` left out.
    private static func entity(_ bytes: ArraySlice<UInt8>) -> (String, Int)? {
        guard let end = bytes.firstIndex(of: 0x3B), end > bytes.startIndex else { return nil }
        let name = String(decoding: bytes[..<end], as: UTF8.self), length = end - bytes.startIndex
        if let text = named[name] { return (text, length) }
        guard name.first == "#" else { return nil }
        let digits = name.dropFirst()
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let value =
            isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
        guard let value, value > 0, let scalar = Unicode.Scalar(value) else { return nil }
        return (String(scalar), length)
    }
}
