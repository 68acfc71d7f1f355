/// Which version of a plugin a run takes where it is not the one of the search path.
package struct VersionChoice: Sendable {
    /// A plugin that an operator has set back.
    package struct Pin: Equatable, Sendable {
        /// ``Manifest/digest`` of the package.
        package let digest: String
        /// Who did so, when and why, in one line.
        package let reason: String

        package init(digest: String, reason: String) {
            self.digest = digest
            self.reason = reason
        }
    }

    /// Versions that ran well.
    package let shelf: VersionShelf?
    /// By plugin id.
    package let pins: [String: Pin]
    /// Whether a plugin in quarantine gives place to its last version that ran well.
    package var fallsBack = false

    /// Always the search path's.
    package static let none = VersionChoice(shelf: nil, pins: [:])

    package init(shelf: VersionShelf?, pins: [String: Pin]) {
        self.shelf = shelf
        self.pins = pins
    }

    /// The last version of a plugin that ran well, is whole, and is not in quarantine.
    func lastGood(_ id: String, _ watch: QuarantineWatch?) -> PluginFile? {
        guard let shelf else { return nil }
        for kept in shelf.list()
        where kept.manifest.plugins.contains(where: { $0.id == id })
            && watch?.entry(kept.digest) == nil
        {
            if let file = try? shelf.file(kept.digest, of: id) { return file }
        }
        return nil
    }
}

/// A plugin that a run did not take from its search path.
package struct VersionChange: Equatable, Sendable {
    package let plugin: String
    /// Of the version that runs.
    package let version: String
    /// ``Manifest/digest`` of the package that runs.
    package let digest: String
    /// Why, in one line.
    package let reason: String
}

/// A package that a run has taken.
package struct TakenPackage: Equatable, Sendable {
    /// Where it lies.
    package let folder: String
    /// ``Manifest/digest`` of it.
    package let digest: String
}
