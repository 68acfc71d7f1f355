/// The whole state of a value as bytes and back: what a plugin's `save` and `restore` need, without
/// Foundation. The bytes are JSON; doubles come back bit for bit.
public enum StateText {
    /// Returns the state; nil when a part of it cannot be written.
    public static func bytes(of value: some Encodable) -> [UInt8]? {
        let slot = StateSlot()
        guard (try? slot.take(value)) != nil else { return nil }
        return Array(slot.node.line.utf8)
    }

    /// Reads a state back; nil when it is none of such a value.
    public static func value<Value: Decodable>(
        _ type: Value.Type, from bytes: some Sequence<UInt8>
    ) -> Value? {
        guard let node = try? JSONText.strict(String(decoding: Array(bytes), as: UTF8.self)) else {
            return nil
        }
        return try? StateReader(node: node).value(type)
    }
}

// MARK: writing

/// A node that is being made.
private final class StateSlot: Encoder {
    private enum Shape { case node, list, object }

    private var shape = Shape.node
    private var single = JSONNode.null
    /// Of a list, where keys are empty, or of an object.
    private var members: [(key: String, slot: StateSlot)] = []
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    var node: JSONNode {
        switch shape {
        case .node: single
        case .list: .list(members.map(\.slot.node))
        case .object: .object(members.map { .init($0.key, $0.slot.node) })
        }
    }

    var count: Int { members.count }

    func take(_ value: some Encodable) throws {
        switch value {
        case let value as Bool: single = .flag(value)
        case let value as String: single = .text(value)
        // Every double has a spelling of its own, also those that JSON does not know.
        case let value as Double: single = .text(value.description)
        case let value as any BinaryInteger: single = .number(String(describing: value))
        default: try value.encode(to: self)
        }
    }

    func added(_ key: String = "") -> StateSlot {
        let slot = StateSlot()
        members.append((key, slot))
        return slot
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        shape = .object
        return KeyedEncodingContainer(StateObject(slot: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        shape = .list
        return StateList(slot: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { StateSingle(slot: self) }
}

private struct StateObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: StateSlot
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { _ = slot.added(key.stringValue) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try slot.added(key.stringValue).take(value)
    }

    func nestedContainer<Other: CodingKey>(
        keyedBy type: Other.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Other> {
        slot.added(key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        slot.added(key.stringValue).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { slot.added("super") }
    func superEncoder(forKey key: Key) -> any Encoder { slot.added(key.stringValue) }
}

private struct StateList: UnkeyedEncodingContainer {
    let slot: StateSlot
    var codingPath: [any CodingKey] { [] }
    var count: Int { slot.count }

    func encodeNil() { _ = slot.added() }
    func encode<Value: Encodable>(_ value: Value) throws { try slot.added().take(value) }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.added().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.added().unkeyedContainer()
    }

    func superEncoder() -> any Encoder { slot.added() }
}

private struct StateSingle: SingleValueEncodingContainer {
    let slot: StateSlot
    var codingPath: [any CodingKey] { [] }

    func encodeNil() {}
    func encode<Value: Encodable>(_ value: Value) throws { try slot.take(value) }
}

// MARK: reading

/// What is no state of the value that is asked for.
private struct StateFault: Error {}

private struct StateReader: Decoder {
    let node: JSONNode
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let found: Any? =
            switch type {
            case is Bool.Type: if case .flag(let value) = node { value } else { nil }
            case is String.Type: node.string
            case is Double.Type: node.string.flatMap(Double.init)
            case let type as any FixedWidthInteger.Type: integer(type)
            default: try type.init(from: self)
            }
        guard let value = found as? Value else { throw StateFault() }
        return value
    }

    private func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Any? {
        guard case .number(let digits) = node else { return nil }
        return Value(digits)
    }

    func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = node else { throw StateFault() }
        return KeyedDecodingContainer(StateObjectReader(members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let items) = node else { throw StateFault() }
        return StateListReader(items: items)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        StateSingleReader(node: node)
    }
}

private struct StateObjectReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let nodes: [String: JSONNode]
    let allKeys: [Key]
    var codingPath: [any CodingKey] { [] }

    init(members: [JSONNode.Member]) {
        nodes = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
        allKeys = members.compactMap { Key(stringValue: $0.key) }
    }

    private func reader(_ key: String) throws -> StateReader {
        guard let node = nodes[key] else { throw StateFault() }
        return StateReader(node: node)
    }

    func contains(_ key: Key) -> Bool { nodes[key.stringValue] != nil }
    func decodeNil(forKey key: Key) -> Bool { nodes[key.stringValue] ?? .null == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try reader(key.stringValue).value(type)
    }

    func nestedContainer<Other: CodingKey>(
        keyedBy type: Other.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Other> {
        try reader(key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try reader(key.stringValue).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try reader("super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { try reader(key.stringValue) }
}

private struct StateListReader: UnkeyedDecodingContainer {
    let items: [JSONNode]
    var currentIndex = 0
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }
    var codingPath: [any CodingKey] { [] }

    private mutating func next() throws -> StateReader {
        guard !isAtEnd else { throw StateFault() }
        currentIndex += 1
        return StateReader(node: items[currentIndex - 1])
    }

    mutating func decodeNil() -> Bool {
        guard !isAtEnd, items[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().value(type)
    }

    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> { try next().container(keyedBy: type) }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct StateSingleReader: SingleValueDecodingContainer {
    let node: JSONNode
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { node == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try StateReader(node: node).value(type)
    }
}
