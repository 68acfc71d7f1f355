import Glibc
import RialtoText
import RialtoValues

/// Gathers what is wrong with a file while it is read to its end.
package struct Problems {
    let file: String
    private(set) var found: [(place: Place, message: HouseMessage)] = []

    init(file: String) { self.file = file }

    mutating func add(
        _ place: Place, _ text: String, allowed: String = "", help: String = ""
    ) {
        let details = allowed.isEmpty ? [] : [HouseMessage.Detail("allowed", allowed)]
        add(place, HouseMessage(place.prefix(file) + text, details: details, help: help))
    }

    mutating func add(_ place: Place, _ message: HouseMessage) {
        found.append((place, message))
    }

    /// All messages by line and column; those from the command line come last.
    var messages: [HouseMessage] {
        func rank(_ place: Place) -> (Int, Int) {
            if case .file(let line, let column) = place { (line, column) } else { (.max, 0) }
        }
        let order = found.indices.sorted {
            let a = rank(found[$0].place), b = rank(found[$1].place)
            return a == b ? $0 < $1 : a < b
        }
        return order.map { found[$0].message }
    }
}

/// How a node becomes a typed value, and how documentation names it.
package struct Kind<Value: Sendable>: Sendable {
    /// What is allowed, in a few words: `a whole number, 1...4096`.
    package let name: String
    /// Keys of the mapping below, when it is one.
    let fields: [FieldNote]
    /// What is allowed, as far as a program can be told.
    let shape: ValueShape
    /// Reads a node; on failure adds to the problems and returns nil.
    let read: @Sendable (ConfigNode, ConfigPath, inout Problems) -> Value?

    init(
        _ name: String, fields: [FieldNote] = [], shape: ValueShape,
        read: @escaping @Sendable (ConfigNode, ConfigPath, inout Problems) -> Value?
    ) {
        self.name = name
        self.fields = fields
        self.shape = shape
        self.read = read
    }

    /// A kind written as one scalar; `parse` returns nil for text that is not allowed.
    static func scalar(
        _ name: String, help: String = "", shape: ValueShape = .text(limit: 4096),
        _ parse: @escaping @Sendable (String) -> Value?
    ) -> Kind {
        Kind(name, shape: shape) { node, path, problems in
            if case .scalar(let scalar) = node.value, let value = parse(scalar.text) {
                return value
            }
            problems.add(node.place, "\(path) was \(node.found)", allowed: name, help: help)
            return nil
        }
    }
}

extension Kind where Value == String {
    /// Text of 1...`limit` bytes.
    static func text(_ name: String = "text", limit: Int = 4096) -> Kind {
        scalar(name, shape: .text(limit: limit)) {
            !$0.isEmpty && $0.utf8.count <= limit ? $0 : nil
        }
    }

    /// A short name that can stand in file names and messages.
    static let identifier = scalar(
        "1 to 64 of a-z, 0-9 and . _ -, beginning with a letter or digit",
        shape: .pattern("^[a-z0-9][a-z0-9._-]{0,63}$")
    ) {
        text in
        let bytes = Array(text.utf8)
        let plain = { (byte: UInt8) in (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        }
        guard let first = bytes.first, plain(first), bytes.count <= 64 else { return nil }
        return bytes.allSatisfy { plain($0) || [0x2D, 0x2E, 0x5F].contains($0) } ? text : nil
    }
}

extension Kind where Value == Bool {
    static let flag = scalar("true or false", shape: .flag) { ["true": true, "false": false][$0] }
}

extension Kind where Value == Int64 {
    static func integer(_ range: ClosedRange<Int64>) -> Kind {
        let name =
            range.upperBound == .max
            ? "a whole number, \(range.lowerBound) or more"
            : "a whole number, \(range.lowerBound)...\(range.upperBound)"
        return scalar(name, shape: .integer(range)) { text in
            guard let value = try? ExactDecimal.units(text.utf8, decimals: 0) else { return nil }
            return range.contains(value) ? value : nil
        }
    }

    /// An exact decimal in units of 10^-`decimals`; the range is in the same units.
    static func decimal(_ what: String, decimals: Int, _ range: ClosedRange<Int64>) -> Kind {
        let from = ExactDecimal.shortText(Int128(range.lowerBound), decimals: decimals)
        let to = ExactDecimal.shortText(Int128(range.upperBound), decimals: decimals)
        let shape = ValueShape.decimal(from: from, to: to, decimals: decimals)
        let name = "\(what), \(from)...\(to), at most \(decimals) decimals"
        return scalar(name, shape: shape) { text in
            guard let value = try? ExactDecimal.units(text.utf8, decimals: decimals) else {
                return nil
            }
            return range.contains(value) ? value : nil
        }
    }

    /// A length of time in nanoseconds: `500ms`, `1m`, `1h`, `1d`.
    static func duration(_ range: ClosedRange<Int64>) -> Kind {
        let from = TimeLength.text(range.lowerBound), to = TimeLength.text(range.upperBound)
        let shape = ValueShape.pattern("^[0-9]+(\(TimeLength.names.joined(separator: "|")))$")
        let name = "a time such as 500ms, 1m, 4h or 1d, \(from)...\(to)"
        return scalar(name, shape: shape) { text in
            guard let value = TimeLength.parse(text), range.contains(value) else { return nil }
            return value
        }
    }

    /// A time in Unix nanoseconds UTC, written in ISO 8601.
    static let time = scalar(
        "a time such as 2019-01-01 or 2019-01-01T10:30:00Z",
        shape: .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?$")
    ) {
        UnixTime.parse($0.utf8)
    }
}

extension Kind where Value == Int128 {
    /// An exact amount in units of 10^-18, above zero.
    static func amount(_ what: String, isZeroAllowed: Bool = false) -> Kind {
        let bound = isZeroAllowed ? "0 or more" : "above 0"
        let shape = ValueShape.decimal(from: "0", to: nil, decimals: 18)
        return scalar("\(what) \(bound), at most 18 decimals", shape: shape) { text in
            guard let value = try? ExactDecimal.units128(text.utf8, decimals: 18) else {
                return nil
            }
            return value > 0 || (isZeroAllowed && value == 0) ? value : nil
        }
    }
}

extension Kind where Value == Double {
    /// A number that is an opinion, not money, above `low` and at most `high`.
    static func number(above low: Double, to high: Double) -> Kind {
        scalar("a number above \(low), at most \(high)", shape: .number(above: low, to: high)) {
            text in
            guard (try? ExactDecimal.parse(text.utf8)) != nil, let value = Double(text) else {
                return nil
            }
            return value > low && value <= high ? value : nil
        }
    }
}

extension Kind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var choice: Kind {
        let words = Value.allCases.map(\.rawValue)
        let name = words.joined(separator: " | ")
        return Kind(name, shape: .choice(words)) { node, path, problems in
            guard case .scalar(let scalar) = node.value, let value = Value(rawValue: scalar.text)
            else {
                let text = if case .scalar(let scalar) = node.value { scalar.text } else { "" }
                problems.add(
                    node.place, "\(path) was \(node.found)", allowed: name,
                    help: Suggestion.help(for: text, among: words))
                return nil
            }
            return value
        }
    }
}

extension Kind {
    /// A list of `count` items of one kind; what is wrong in one item does not hide the others.
    static func list<Item: Sendable>(of item: Kind<Item>, _ count: ClosedRange<Int>) -> Kind
    where Value == [Item] {
        let shape = ValueShape.list(item.shape, count)
        return Kind("a list of \(item.name)", fields: item.fields, shape: shape) {
            node, path, problems in
            guard case .sequence(let items) = node.value, count.contains(items.count) else {
                let size =
                    if case .sequence(let items) = node.value { " of \(items.count)" } else { "" }
                problems.add(
                    node.place, "\(path) was \(node.found)\(size)",
                    allowed: "a list of \(count.lowerBound)...\(count.upperBound)",
                    help: "write each item as a line that begins with a dash")
                return nil
            }
            return items.enumerated().compactMap { index, item_ in
                item.read(item_, path.index(index), &problems)
            }
        }
    }
}

/// Lengths of time as text: a whole number and one unit.
package enum TimeLength {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000),
        ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// Names of the units, longest first.
    static var names: [String] { units.map(\.name) }

    /// Returns the nanoseconds of `500ms`, `1m`, `1h`, `1d`, or nil when it is no such text.
    package static func parse(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits),
            let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        return overflow ? nil : product
    }

    /// Returns `nanoseconds`, 0 or more, in the largest unit that needs no fraction: `90s`.
    package static func text(_ nanoseconds: Int64) -> String {
        for unit in units where nanoseconds != 0 && nanoseconds % unit.nanoseconds == 0 {
            return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
        }
        return "0s"
    }
}
