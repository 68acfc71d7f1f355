import RialtoText

/// What documentation says about one key.
package struct FieldNote: Hashable, Sendable {
    package let key: String
    /// What is allowed.
    package let kind: String
    /// The value when the key is absent; empty when it is required or has none.
    package let standard: String
    package let isRequired: Bool
    package let summary: String
    /// Keys of the mapping, or of each item of the list, below this key.
    package let fields: [FieldNote]
    /// What is allowed, for programs.
    package let shape: ValueShape
}

/// One key of a mapping: how it is read into `Root`, and what it means.
struct Field<Root: Sendable>: Sendable {
    let note: FieldNote
    let read: @Sendable (ConfigNode, ConfigPath, inout Root, inout Problems) -> Void

    /// A key that may be absent; `standard` says in documentation what then holds.
    static func optional<Value>(
        _ key: String, _ kind: Kind<Value>, _ target: WritableKeyPath<Root, Value> & Sendable,
        standard: String, _ summary: String
    ) -> Field {
        make(key, kind, standard: standard, isRequired: false, summary) { $0[keyPath: target] = $1 }
    }

    /// A key that may be absent, and is then nil.
    static func optional<Value>(
        _ key: String, _ kind: Kind<Value>, _ target: WritableKeyPath<Root, Value?> & Sendable,
        _ summary: String
    ) -> Field {
        make(key, kind, standard: "", isRequired: false, summary) { $0[keyPath: target] = $1 }
    }

    /// A key of a part, for what has that part.
    static func within<Part: Sendable>(
        _ path: WritableKeyPath<Root, Part> & Sendable, _ field: Field<Part>
    ) -> Field {
        Field(note: field.note) { node, place, root, problems in
            field.read(node, place, &root[keyPath: path], &problems)
        }
    }

    /// A key that must be there.
    static func required<Value>(
        _ key: String, _ kind: Kind<Value>, _ target: WritableKeyPath<Root, Value> & Sendable,
        _ summary: String
    ) -> Field {
        make(key, kind, standard: "", isRequired: true, summary) { $0[keyPath: target] = $1 }
    }

    private static func make<Value>(
        _ key: String, _ kind: Kind<Value>, standard: String, isRequired: Bool, _ summary: String,
        set: @escaping @Sendable (inout Root, Value) -> Void
    ) -> Field {
        let note = FieldNote(
            key: key, kind: kind.name, standard: standard, isRequired: isRequired, summary: summary,
            fields: kind.fields, shape: kind.shape)
        return Field(note: note) { node, path, root, problems in
            if let value = kind.read(node, path, &problems) { set(&root, value) }
        }
    }
}

/// The keys of a mapping as data: reading, suggestions and documentation come from this one value.
struct Record<Root: Sendable>: Sendable {
    /// What the mapping is, for messages: `a strategy`.
    let name: String
    /// The value before any key is read: the defaults.
    let initial: Root
    let fields: [Field<Root>]

    /// The record as the kind of a key or of a list's items.
    var kind: Kind<Root> {
        Kind(name, fields: fields.map(\.note), shape: .mapping(fields.map(\.note))) {
            node, path, problems in
            read(node, path, &problems)
        }
    }

    /// Reads a mapping; nil only when it is none. Missing and wrong keys keep their initial value.
    func read(_ node: ConfigNode, _ path: ConfigPath, _ problems: inout Problems) -> Root? {
        guard case .mapping(let entries) = node.value else {
            let here = path.description.isEmpty ? "the file" : path.description
            problems.add(
                node.place, "\(here) was \(node.found)", allowed: "a mapping of keys to values")
            return nil
        }
        node.refuseUnknown(allowed: fields.map(\.note.key), in: path, &problems)
        var root = initial
        for field in fields {
            let key = field.note.key
            if let child = node[key] {
                field.read(child, path.key(key), &root, &problems)
            } else if field.note.isRequired {
                let place = entries.first { $0.key == key }?.node.place ?? node.place
                problems.add(
                    place, "\(path.key(key)) is missing", allowed: field.note.kind,
                    help: "add the key: \(field.note.summary)")
            }
        }
        return root
    }
}

extension ConfigNode {
    /// Adds a problem for every key of a mapping that is not in `allowed`, with the nearest one.
    func refuseUnknown(allowed: [String], in path: ConfigPath, _ problems: inout Problems) {
        guard case .mapping(let entries) = value else { return }
        for entry in entries where !allowed.contains(entry.key) {
            let place = path.description.isEmpty ? "" : " in \(path)"
            problems.add(
                entry.place, "unknown key \"\(entry.key)\"\(place)",
                allowed: allowed.joined(separator: ", "),
                help: Suggestion.help(for: entry.key, among: allowed))
        }
    }
}
