import RialtoPluginHost
import RialtoText

/// `rialto doctor`: what this system has of what the platform stands on.
package enum DoctorCommand {
    package static var command: Command {
        Command(
            "doctor", "find out which walls this system can put around a plugin",
            discussion:
                "Starts a worker without a plugin and asks which layers are on. The floor is what "
                + "every\nworker must have; the others are put up where the system allows.",
            examples: [Example("rialto doctor --json", "one line of JSON for each layer")]
        ) { _, console in
            let found = try WorkerProcess.layers(WorkerSettings())
            table(found).print(to: console)
            let missing = SandboxLayers(bits: SandboxLayers.floor.bits & ~found.bits)
            guard missing.bits == 0 else {
                console.report(
                    HouseMessage(
                        "the floor is not whole: \(missing) is missing",
                        help: "use a kernel of 5.13 or later that has landlock and seccomp on; "
                            + "in a container, let both through"))
                return .failed
            }
            return .done
        }
    }

    private static func table(_ found: SandboxLayers) -> Table {
        var table = Table([
            .init("layer"), .init("floor"), .init("on"), .init("what_for", "what for"),
        ])
        for layer in SandboxLayers.all {
            table.add([
                .text(layer.name), .flag(SandboxLayers.floor.bits & layer.bit != 0),
                .flag(found.bits & layer.bit != 0), .text(layer.use),
            ])
        }
        return table
    }
}

extension WorkerFault: HouseError {
    /// The fault in the house form.
    package var messages: [HouseMessage] { [HouseMessage(reason, help: help)] }
}
