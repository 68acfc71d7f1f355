import RialtoValues

/// A JSON value that keeps the order of its keys and writes exact numbers as strings.
package indirect enum JSON: Hashable, Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    /// A number that is an opinion, such as a ratio; what is not finite becomes null.
    case number(Double)
    case text(String)
    case list([JSON])
    case object([Member])

    /// One key and its value.
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// Returns an exact number as a string, so that no reader rounds it: `"100.25"`.
    ///
    /// - Parameter units: Count of units of 10^-`decimals`.
    package static func exact(_ units: Int128, decimals: Int) -> JSON {
        .text(ExactDecimal.shortText(units, decimals: decimals))
    }

    /// The value on one line, without a line end.
    package var line: String {
        var out: [UInt8] = []
        write(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// The value over several lines, two blanks for each level, with a line end. Lists and objects
    /// that fit within 100 columns stay on one line.
    package var lines: String {
        var out: [UInt8] = []
        write(to: &out, depth: 0, used: 0)
        return String(decoding: out, as: UTF8.self) + "\n"
    }

    private func write(to out: inout [UInt8], depth: Int, used: Int) {
        let line = line, isShort = depth * 2 + used + line.utf8.count <= 98
        let margin = Array("\n".utf8) + [UInt8](repeating: 0x20, count: depth * 2 + 2)
        switch self {
        case .list(let items) where !isShort:
            for (index, item) in items.enumerated() {
                out += (index > 0 ? "," : "[").utf8 + margin
                item.write(to: &out, depth: depth + 1, used: 0)
            }
            out += margin.dropLast(2) + "]".utf8
        case .object(let members) where !isShort:
            for (index, member) in members.enumerated() {
                let key = JSON.text(member.key).line + ": "
                out += (index > 0 ? "," : "{").utf8 + margin + key.utf8
                member.value.write(to: &out, depth: depth + 1, used: key.utf8.count)
            }
            out += margin.dropLast(2) + "}".utf8
        default: out += line.utf8
        }
    }

    private func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .flag(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): out += String(value).utf8
        case .number(let value): out += (value.isFinite ? Self.digits(value) : "null").utf8
        case .text(let value): Self.quote(value, to: &out)
        case .list(let items):
            out.append(0x5B)
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(0x2C) }
                item.write(to: &out)
            }
            out.append(0x5D)
        case .object(let members):
            out.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(0x2C) }
                Self.quote(member.key, to: &out)
                out.append(0x3A)
                member.value.write(to: &out)
            }
            out.append(0x7D)
        }
    }

    /// The shortest digits that give the same double again, without `.0` on whole numbers.
    private static func digits(_ value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Quotes text so that it may also stand inside an HTML `script` element.
    private static func quote(_ text: String, to out: inout [UInt8]) {
        out.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case 0x0A: out += "\\n".utf8
            case 0x09: out += "\\t".utf8
            case 0x0D: out += "\\r".utf8
            case 0x00..<0x20, 0x26, 0x3C, 0x3E, 0x7F: out += "\\u00".utf8 + hex(byte)
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }

    private static func hex(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
