import RialtoConfiguration

/// The keys of a configuration file for people, made from the schema that reads it.
package enum SchemaHelp {
    /// Returns a row for each key; a key below another stands two blanks further right.
    package static func table(_ notes: [FieldNote]) -> Table {
        var table = Table([
            .init("key"), .init("standard", "default"), .init("meaning"), .init("allowed"),
        ])
        add(notes, depth: 0, to: &table)
        return table
    }

    private static func add(_ notes: [FieldNote], depth: Int, to table: inout Table) {
        for note in notes {
            let standard =
                note.isRequired ? "required" : note.standard.isEmpty ? "-" : note.standard
            table.add([
                .text(String(repeating: "  ", count: depth) + note.key), .text(standard),
                .text(note.summary), .text(note.kind),
            ])
            add(note.fields, depth: depth + 1, to: &table)
        }
    }
}
