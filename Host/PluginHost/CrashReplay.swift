import CRialto
import CWorker

/// Tells an instance again what one was told that died.
package enum CrashReplay {
    /// How far it came this time.
    package struct Outcome: Sendable {
        /// Why the worker died; nil when it did not.
        package let fault: WorkerFault?
        /// Batches that were answered, of ``told``.
        package let answered: Int
        /// Batches that there were.
        package let told: Int
        /// The first batch, from 1, that was answered otherwise than then; nil for none.
        package let firstDifference: Int?
        /// Answers that were equal.
        package let equal: Int
        /// What it was doing: `create`, `load` or `on_batch`.
        package let step: String
    }

    /// Why it cannot be run again.
    package struct Refusal: Error, Equatable, Sendable {
        package let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// - Parameters:
    ///   - library: All bytes of the library: the one that crashed, or another build of it.
    ///   - settings: Of the worker.
    /// - Throws: ``Refusal`` when it cannot be brought to where the other one was.
    package static func run(
        _ report: CrashReport, _ tape: CrashTape, library: [UInt8], _ settings: WorkerSettings
    ) throws(Refusal) -> Outcome {
        var progress = Progress(told: tape.batches.count), refusal: Refusal?
        do throws(PluginError) {
            let creation = try created(report, tape, library, settings)
            do throws(WorkerFault) {
                refusal = try progress.tell(tape, creation, report.kind)
            } catch { return progress.outcome(error) }
        } catch {
            guard case .worker(let fault) = error.cause else { throw Refusal(error.reason) }
            return progress.outcome(fault)
        }
        if let refusal { throw refusal }
        return progress.outcome(nil)
    }

    private static func created(
        _ report: CrashReport, _ tape: CrashTape, _ library: [UInt8], _ settings: WorkerSettings
    ) throws(PluginError) -> SandboxedCreation {
        let worker: WorkerProcess
        do throws(WorkerFault) {
            worker = try WorkerProcess(
                LibraryCode(name: report.library, bytes: library), settings)
        } catch { throw PluginError(report.plugin, .worker(error)) }
        return try SandboxedCreation(
            again: tape, worker, plugin: report.plugin, settings.abi,
            isModel: report.kind == PluginKind.model.rawValue)
    }

    /// How far it has come.
    private struct Progress {
        let told: Int
        var step = "create"
        var answered = 0
        var equal = 0
        var firstDifference: Int?

        init(told: Int) { self.told = told }

        func outcome(_ fault: WorkerFault?) -> Outcome {
            Outcome(
                fault: fault, answered: answered, told: told, firstDifference: firstDifference,
                equal: equal, step: step)
        }

        mutating func tell(
            _ tape: CrashTape, _ creation: SandboxedCreation, _ kind: String
        ) throws(WorkerFault) -> Refusal? {
            if let state = tape.state {
                step = "load"
                guard try creation.load(state) else {
                    return Refusal("it does not load the state that the other one had saved")
                }
            }
            step = "on_batch"
            let copy = CrashReplay.copy(of: kind)
            for (index, batch) in tape.batches.enumerated() {
                let isPlaced = batch.bytes.withUnsafeBytes {
                    creation.put($0, place: batch.place)
                }
                guard isPlaced else { return Refusal("its window lies elsewhere") }
                try creation.worker.ask(RIALTO_ASK_BATCH, batch.place)
                answered += 1
                guard let digest = batch.digest else { continue }
                if case .success(let answer) = copy(creation), answer.digest == digest {
                    equal += 1
                } else if firstDifference == nil {
                    firstDifference = index + 1
                }
            }
            return nil
        }
    }

    private static func copy(of kind: String) -> SupervisedInstance.Copy {
        if kind == PluginKind.model.rawValue {
            let copied = CopiedForecasts()
            return { copied.copy($0.worker.answer) }
        }
        let intents = IntentTable()
        return { creation in
            intents.table.pointee.count = 0
            intents.table.pointee.text_count = 0
            return SandboxedStrategy.copy(creation.worker.answer, intents)
        }
    }
}
