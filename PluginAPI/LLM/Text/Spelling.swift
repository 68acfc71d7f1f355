/// Characters that stand for others in answers of language models.
enum Spelling {
    /// Punctuation of JSON for its full-width and CJK forms; anything else as it is.
    static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "［", "【", "〔": "["
        case "］", "】", "〕": "]"
        case "｛": "{"
        case "｝": "}"
        case "：": ":"
        case "，", "、": ","
        default: scalar
        }
    }

    /// Spaces and invisible characters that JSON does not know as space.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA0, 0xAD, 0x2000...0x200F, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF:
            true
        default: false
        }
    }

    /// What closes a text that `quote` opens; nil when it opens none.
    static func closing(_ quote: Unicode.Scalar, isTolerant: Bool) -> [Unicode.Scalar]? {
        if quote == "\"" { return ["\""] }
        guard isTolerant else { return nil }
        switch quote {
        case "“", "”", "„", "‟": return ["“", "”", "‟"]
        case "'": return ["'"]
        case "‘", "’": return ["‘", "’"]
        case "＂": return ["＂"]
        default: return nil
        }
    }

    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    /// Words that stand where a value belongs. What is no number stays a text, and is refused by
    /// whoever wants a number.
    static let words: [String: JSONNode] = [
        "none": .null, "nil": .null, "null": .null, "n/a": .null, "na": .null,
        "undefined": .null, "true": .flag(true), "false": .flag(false), "nan": .text("NaN"),
        "infinity": .text("Infinity"), "inf": .text("Infinity"),
    ]

    static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// A letter in lower case, when it is ASCII.
    static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard ("A"..."Z").contains(scalar) else { return scalar }
        return Unicode.Scalar(UInt8(scalar.value) + 0x20)
    }
}
