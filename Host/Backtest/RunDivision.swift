import RialtoEngine
import RialtoHistory
import RialtoValues

/// A run taken apart into accounts that cannot reach each other, each part with an engine of its
/// own, and put together again.
///
/// It follows from the run alone, so a result does not depend on how many parts run at once.
struct RunDivision {
    /// Takes what is of the whole run: forecasts and tables.
    let scratch: ScratchMemory
    private let setup: EngineSetup
    private let groups: [[Int]]
    private let folder: String

    /// - Parameter folder: The data folder of the run.
    init(_ setup: EngineSetup, data folder: String) {
        self.setup = setup
        self.folder = folder
        groups = setup.independentAccounts
        scratch = ScratchMemory(besides: folder)
    }

    /// Memory of one part of a run, or of its forecasts: those of all parts take together what a
    /// run takes that is not divided, and so does what is of the whole run.
    private static func partScratch(_ folder: String, parts: Int) -> ScratchMemory {
        ScratchMemory(besides: folder, memoryMax: ScratchMemory.memoryMax / (parts + 1))
    }

    /// One pass of the models for all parts; nil where there is one part, or no model.
    ///
    /// - Parameter series: How many named series there are.
    func shared(_ runner: ModelRunner?, series: Int) -> SharedForecasts? {
        guard groups.count > 1, let runner else { return nil }
        return SharedForecasts(
            runner, series: series, in: Self.partScratch(folder, parts: groups.count))
    }

    func parts(
        _ cast: Cast, _ instruments: [Instrument], _ runner: ModelRunner?,
        _ shared: SharedForecasts?, _ keepsRecords: Bool
    ) -> [RunPart] {
        groups.enumerated().map { index, accounts in
            var part = setup.part(accounts)
            if !cast.exchanges.isEmpty {
                part.exchange =
                    ExchangeAdapter(
                        exchange: cast.exchanges[accounts[0]], instruments: instruments
                    ).port
            }
            // Somebody has to ask the models, even where no strategy does.
            let asks = index == 0 || part.readsModels
            return RunPart(
                accounts: accounts, instances: cast.instances(of: accounts), setup: part,
                forecaster: asks ? shared?.forecaster() ?? runner?.forecaster : nil,
                records: keepsRecords ? records() : nil)
        }
    }

    private func records() -> KeptRecords {
        KeptRecords(
            in: groups.count == 1 ? scratch : Self.partScratch(folder, parts: groups.count))
    }

    /// The records of all parts as those of one run.
    func records(_ parts: [RunPart], _ ends: [PartOutcome]) -> RunRecords {
        var places: [RecordPlaces] = [], texts = 0
        for (part, end) in zip(parts, ends) {
            places.append(
                RecordPlaces(accounts: part.accounts, instances: part.instances, firstText: texts))
            texts += end.texts.count
        }
        return RunRecords(
            parts.map { $0.records ?? KeptRecords(in: scratch) }, places: places, in: scratch)
    }
}

extension EngineSetup {
    /// Whether any instance is given what models make of the market.
    fileprivate var readsModels: Bool {
        accounts.contains { $0.instances.contains { !$0.port.kinds.isDisjoint(with: .modelled) } }
    }
}
