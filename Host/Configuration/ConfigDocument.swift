import RialtoText

/// A configuration file as a tree, with its overrides applied.
package struct ConfigDocument: Hashable, Sendable {
    /// Path as the user gave it; relative paths in the file start from its folder.
    package let file: String
    /// The text as it stands in the file, without overrides.
    package let text: String
    /// Overrides in the order in which they were applied.
    package let overrides: [String]
    package let root: ConfigNode

    /// Parses `bytes` and applies each override (`a.b[0].c=value`) in turn.
    package init(_ bytes: [UInt8], file: String, overrides: [String] = []) throws(ConfigProblems) {
        do throws(HouseMessage) {
            var root = try ConfigParser.parse(bytes, file: file)
            for text in overrides { try Override(text).apply(to: &root) }
            self.root = root
        } catch {
            throw ConfigProblems(messages: [error])
        }
        self.file = file
        self.overrides = overrides
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// Reads and parses the file at `path`.
    package static func load(
        _ path: String, overrides: [String] = []
    ) throws(ConfigProblems)
        -> ConfigDocument
    {
        let bytes: [UInt8]
        do throws(HouseMessage) {
            bytes = try TextFile.read(path, limit: ConfigLimit.bytes)
        } catch {
            throw ConfigProblems(messages: [error])
        }
        return try ConfigDocument(bytes, file: path, overrides: overrides)
    }

    /// Where the value at `path` stands, or the nearest one around it that is there.
    package func place(of path: ConfigPath) -> Place {
        var node = root
        for step in Override.steps(path.description) ?? [] {
            guard let index = Override.index(of: step, in: node) else { break }
            switch node.value {
            case .mapping(let entries): node = entries[index].node
            case .sequence(let items): node = items[index]
            case .scalar: break
            }
        }
        return node.place
    }

    /// Returns a message about the value at `path`, headed by its file, line and column.
    package func message(
        at path: ConfigPath, _ text: String, details: [HouseMessage.Detail] = [], help: String = ""
    ) -> HouseMessage {
        HouseMessage("\(place(of: path).prefix(file))\(text)", details: details, help: help)
    }

    /// The folder of the file; `.` when it has none.
    package var folder: String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// Name of the file without its folder and its last ending.
    package var name: String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return last }
        return String(last[..<dot])
    }

    /// Returns a path written in the file as one that the process can open.
    package func resolved(_ path: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }
}

/// Everything that is wrong with a file, in the order of its lines.
package struct ConfigProblems: HouseError, Equatable {
    package let messages: [HouseMessage]
}
