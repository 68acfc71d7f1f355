/// What limits how far a run's results are evidence.
package enum EvidenceNotes {
    /// The models that were asked about what they had learned from, in a sentence; nil without any.
    package static func inSample(_ tables: RunTables) -> String? {
        let models = tables["models"]
        let known = zip(models.texts("id"), models.integers("in_sample")).filter { $0.1 != 0 }
            .map(\.0)
        guard !known.isEmpty else { return nil }
        return "in sample: \(known.joined(separator: ", ")) had learned from these prices, or may "
            + "have; results that rest on what they say are no evidence"
    }

    /// All that is to be said of a run, one sentence each.
    package static func sentences(_ tables: RunTables) -> [String] {
        let ids = tables["instances"].texts("id")
        let asked = LanguageRuns(tables).entries.map { entry in
            let id = entry.instance < ids.count ? ids[entry.instance] : "a strategy"
            return "\(id): \(LanguageKnowledge(of: entry, in: tables).sentence)"
        }
        let engines = tables.engines
        let bits =
            engines.isEmpty
            ? []
            : [
                "\(engines.joined(separator: ", ")) took part: another machine gives almost the "
                    + "same records, not the same bits"
            ]
        return [inSample(tables)].compactMap { $0 } + asked + bits
    }
}
