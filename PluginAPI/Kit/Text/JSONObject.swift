/// What stands at a key of flat JSON.
public enum JSONValue: Equatable {
    /// A text without escapes.
    case text(Bytes)
    /// A text with escapes, as it stands between its quotes.
    case escaped(Bytes)
    /// As it stands.
    case number(Bytes)
    /// True or false.
    case boolean(Bool)
    /// Nothing.
    case null

    /// The characters of a text without escapes, or of a number.
    public var word: Bytes? {
        switch self {
        case .text(let word), .number(let word): word
        default: nil
        }
    }
}

/// A flat JSON object whose keys and values lie in the message that it was read from.
public struct JSONObject {
    /// Most fields of an object.
    public static let fieldsMax = 32

    /// One key and its value.
    public struct Field {
        /// Without escapes.
        public let key: Bytes
        /// What stands there.
        public let value: JSONValue
    }

    private var list: InlineArray<32, Field>
    /// How many fields there are, 0...32.
    public private(set) var count = 0

    /// Reads a whole message, which may be any bytes.
    ///
    /// - Returns: nil when it is anything but one flat object in UTF-8, of at most 32 distinct keys
    ///   without escapes.
    public init?(_ message: Bytes) {
        guard message.isUTF8 else { return nil }
        list = InlineArray(repeating: Field(key: "{}", value: .null))
        var reader = JSONReader(message)
        guard reader.take(0x7B) else { return nil }
        if !reader.take(0x7D) {
            repeat {
                guard let field = reader.field(), count < JSONObject.fieldsMax,
                    self[field.key] == nil
                else { return nil }
                list[count] = field
                count += 1
            } while reader.take(0x2C)
            guard reader.take(0x7D) else { return nil }
        }
        guard reader.isAtEnd else { return nil }
    }

    /// A field by its place, 0..<count.
    public subscript(index: Int) -> Field {
        precondition((0..<count).contains(index), "the place is within the fields")
        return list[index]
    }

    /// What stands at a key; nil when it is absent.
    public subscript(key: Bytes) -> JSONValue? {
        for index in 0..<count where list[index].key == key { return list[index].value }
        return nil
    }

    /// The characters at a key; nil when it is absent, has escapes, or is no text or number.
    public func word(_ key: Bytes) -> Bytes? { self[key]?.word }

    /// The id at a key, above 0.
    public func id(_ key: Bytes) -> UInt64? { word(key)?.id }

    /// The decimal at a key as a count of 10^-`decimals`; nil when it is absent, or none.
    public func units(_ key: Bytes, decimals: Int) -> Int64? {
        word(key)?.units(decimals: decimals)
    }

    /// As ``units(_:decimals:)``, but 0 when the key is absent or null.
    public func unitsOrZero(_ key: Bytes, decimals: Int) -> Int64? {
        let value = self[key] ?? .null
        return value == .null ? 0 : value.word?.units(decimals: decimals)
    }

    /// The amount of money at a key in units of 10^-18; 0 when the key is absent or null.
    public func cashOrZero(_ key: Bytes) -> Int128? {
        let value = self[key] ?? .null
        return value == .null ? 0 : value.word?.wideUnits(decimals: 18)
    }
}
