import CYAML
import RialtoText

/// Bounds that keep a hostile or broken file from costing more than a moment.
package enum ConfigLimit {
    /// Bytes of text: a run file of a thousand strategies is below a tenth of this.
    package static let bytes = 1 << 20
    /// Levels of lists and mappings, aliases included.
    package static let depth = 64
    /// Values in the whole tree, those behind aliases counted each time.
    package static let nodes = 100_000
}

/// Turns YAML text into a ``ConfigNode``, over libyaml's events.
///
/// One document; anchors and aliases within ``ConfigLimit``; keys are scalars and differ; no tags
/// but `!!str`. JSON is accepted as YAML's flow style.
struct ConfigParser: ~Copyable {
    private struct Anchored {
        let node: ConfigNode
        let count: Int
        let height: Int
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String
    /// Replaces lines and columns when the text came from the command line.
    private let override: Place?
    private let bytes: [UInt8]
    private var anchors: [String: Anchored] = [:]
    private var nodes = 0

    private init(_ bytes: [UInt8], file: String, override: Place?) {
        parser = .allocate(capacity: 1)
        yaml_parser_initialize(parser)
        self.bytes = bytes
        self.file = file
        self.override = override
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// Returns the tree of `bytes`.
    ///
    /// - Parameter file: Name of the file in messages.
    /// - Parameter override: Place given to all nodes, for text from the command line.
    static func parse(
        _ bytes: [UInt8], file: String, override: Place? = nil
    )
        throws(HouseMessage) -> ConfigNode
    {
        guard bytes.count <= ConfigLimit.bytes else {
            throw HouseMessage("\(file): larger than \(ConfigLimit.bytes) bytes", cause: .failed)
        }
        var result: Result<ConfigNode, HouseMessage>?
        bytes.withUnsafeBufferPointer { buffer in
            var parser = ConfigParser(bytes, file: file, override: override)
            yaml_parser_set_input_string(parser.parser, buffer.baseAddress, buffer.count)
            yaml_parser_set_encoding(parser.parser, YAML_UTF8_ENCODING)
            do throws(HouseMessage) {
                result = .success(try parser.document())
            } catch {
                result = .failure(error)
            }
        }
        guard let result else { throw HouseMessage("\(file): could not be read") }
        return try result.get()
    }

    private mutating func document() throws(HouseMessage) -> ConfigNode {
        _ = try next()
        var event = try next()
        guard event.kind == YAML_DOCUMENT_START_EVENT else {
            throw refusal(event.place, "the file is empty")
        }
        event = try next()
        let root = try node(event, depth: 1).node
        _ = try next()
        event = try next()
        guard event.kind == YAML_STREAM_END_EVENT else {
            throw refusal(event.place, "a second document begins; allowed is one")
        }
        return root
    }

    private mutating func node(_ event: Event, depth: Int) throws(HouseMessage) -> Anchored {
        guard depth <= ConfigLimit.depth else {
            throw refusal(event.place, "nested deeper than \(ConfigLimit.depth) levels")
        }
        if event.kind == YAML_ALIAS_EVENT { return try alias(event, depth: depth) }
        try count(1, event.place)
        guard event.tag.isEmpty || event.tag == "!" || event.tag == "tag:yaml.org,2002:str" else {
            throw refusal(event.place, "tag \"\(event.tag)\" is not allowed")
        }
        let made: Anchored
        switch event.kind {
        case YAML_MAPPING_START_EVENT: made = try mapping(event, depth: depth)
        case YAML_SEQUENCE_START_EVENT: made = try sequence(event, depth: depth)
        default:
            let scalar = ConfigNode.Scalar(text: event.text, isQuoted: event.isQuoted)
            made = Anchored(
                node: ConfigNode(value: .scalar(scalar), place: event.place), count: 1, height: 1)
        }
        if !event.anchor.isEmpty { anchors[event.anchor] = made }
        return made
    }

    private mutating func alias(_ event: Event, depth: Int) throws(HouseMessage) -> Anchored {
        guard let anchored = anchors[event.anchor] else {
            throw refusal(
                event.place, "no anchor \"&\(event.anchor)\" is complete before this alias")
        }
        guard depth + anchored.height - 1 <= ConfigLimit.depth else {
            throw refusal(event.place, "nested deeper than \(ConfigLimit.depth) levels")
        }
        try count(anchored.count, event.place)
        return anchored
    }

    private mutating func mapping(_ start: Event, depth: Int) throws(HouseMessage) -> Anchored {
        var entries: [ConfigNode.Entry] = []
        var seen: [String: Place] = [:]
        var total = 1, height = 0
        while true {
            let event = try next()
            if event.kind == YAML_MAPPING_END_EVENT { break }
            guard event.kind == YAML_SCALAR_EVENT else {
                throw refusal(event.place, "a key was no plain text")
            }
            let key = event.text
            if let first = seen.updateValue(event.place, forKey: key) {
                throw refusal(
                    event.place, "key \"\(key)\" is there twice", [.init("first", "\(first)")])
            }
            let child = try node(try next(), depth: depth + 1)
            entries.append(ConfigNode.Entry(key: key, place: event.place, node: child.node))
            total += child.count
            height = max(height, child.height)
        }
        let made = ConfigNode(value: .mapping(entries), place: start.place)
        return Anchored(node: made, count: total, height: height + 1)
    }

    private mutating func sequence(_ start: Event, depth: Int) throws(HouseMessage) -> Anchored {
        var items: [ConfigNode] = []
        var total = 1, height = 0
        while true {
            let event = try next()
            if event.kind == YAML_SEQUENCE_END_EVENT { break }
            let child = try node(event, depth: depth + 1)
            items.append(child.node)
            total += child.count
            height = max(height, child.height)
        }
        let made = ConfigNode(value: .sequence(items), place: start.place)
        return Anchored(node: made, count: total, height: height + 1)
    }

    private mutating func count(_ more: Int, _ place: Place) throws(HouseMessage) {
        nodes += more
        guard nodes <= ConfigLimit.nodes else {
            throw refusal(place, "more than \(ConfigLimit.nodes) values, aliases counted in full")
        }
    }

    private func refusal(
        _ place: Place, _ text: String, _ details: [HouseMessage.Detail] = []
    )
        -> HouseMessage
    {
        HouseMessage("\(place.prefix(file))\(text)", details: details)
    }

    private func next() throws(HouseMessage) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw broken() }
        defer { yaml_event_delete(&raw) }
        return Event(raw, override: override)
    }

    /// What libyaml says about text that is no YAML.
    private func broken() -> HouseMessage {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the text is no YAML"
        var place = Place.file(
            line: Int(state.problem_mark.line) + 1, column: Int(state.problem_mark.column) + 1)
        if state.error == YAML_READER_ERROR {
            let before = bytes.prefix(Int(state.problem_offset))
            let last = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            place = .file(line: before.count { $0 == 0x0A } + 1, column: before.count - last + 1)
        }
        let context = state.context.map { [HouseMessage.Detail("where", String(cString: $0))] }
        return HouseMessage("\((override ?? place).prefix(file))\(problem)", details: context ?? [])
    }
}

/// One libyaml event, copied out of the parser's memory.
private struct Event {
    let kind: yaml_event_type_t
    let place: Place
    var text = ""
    var isQuoted = false
    var anchor = ""
    var tag = ""

    init(_ raw: yaml_event_t, override: Place?) {
        kind = raw.type
        place =
            override
            ?? .file(line: Int(raw.start_mark.line) + 1, column: Int(raw.start_mark.column) + 1)
        switch raw.type {
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            text = String(decoding: bytes, as: UTF8.self)
            isQuoted = scalar.style != YAML_PLAIN_SCALAR_STYLE
            anchor = Self.string(scalar.anchor)
            tag = Self.string(scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            anchor = Self.string(raw.data.sequence_start.anchor)
            tag = Self.string(raw.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            anchor = Self.string(raw.data.mapping_start.anchor)
            tag = Self.string(raw.data.mapping_start.tag)
        case YAML_ALIAS_EVENT: anchor = Self.string(raw.data.alias.anchor)
        default: break
        }
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}

extension Place: CustomStringConvertible {
    /// `line 4, column 7`, or the override as it was given.
    package var description: String {
        switch self {
        case .file(let line, let column): "line \(line), column \(column)"
        case .override(let text): "--set \(text)"
        }
    }

    /// What a message about this place begins with: `run.yaml:4:7: `.
    package func prefix(_ file: String) -> String {
        switch self {
        case .file(let line, let column): "\(file):\(line):\(column): "
        case .override(let text): "--set \(text): "
        }
    }
}
