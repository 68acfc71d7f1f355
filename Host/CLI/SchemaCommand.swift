import RialtoConfiguration
import RialtoPluginHost
import RialtoText

/// `rialto schema run|manifest`: the formats that people and programs write, in JSON Schema.
enum SchemaCommand {
    /// A format that has a schema.
    enum Format: String, CaseIterable {
        case run, manifest

        /// In JSON Schema, 2020-12.
        var schema: JSON {
            switch self {
            case .run: RunFile.jsonSchema
            case .manifest: Manifest.jsonSchema
            }
        }
    }

    static var command: Command {
        Command(
            "schema", "print the JSON Schema of a format",
            discussion:
                "Editors check and complete with it. Run files name it in their first line:\n"
                + "# yaml-language-server: $schema=run.schema.json",
            arguments: [
                Argument("format", .choice(Format.allCases.map(\.rawValue)), "run, manifest")
            ],
            examples: [Example("rialto schema run > run.schema.json", "every key of a run file")]
        ) { invocation, console in
            guard let format = Format(rawValue: invocation.required("format")) else {
                return .calledWrongly
            }
            console.raw(format.schema.lines)
            return .done
        }
    }
}
