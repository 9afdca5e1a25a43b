using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of <c>/v1/fine_tuning/jobs</c>.</summary>
internal static class FineTuningParameters
{
    private const string Numbers = """{"type":"object","properties":{"n_epochs":{"anyOf":[{"type":"string","enum":["auto"]},{"type":"integer","minimum":1,"maximum":1000}]},"batch_size":{"anyOf":[{"type":"string","enum":["auto"]},{"type":"integer","minimum":1,"maximum":4096}]},"learning_rate_multiplier":{"anyOf":[{"type":"string","enum":["auto"]},{"type":"number","exclusiveMinimum":0,"maximum":1000}]}}}""";

    public static ParameterTable Table { get; } = new(
        "FineTuningRequest",
        "A fine-tuning to begin.",
        [
            new("model", Supported, """{"type":"string"}""", "The alias to start from, or an adapter, which is then gone on with. Its model must continue text.", IsRequired: true),
            new("training_file", Supported, """{"type":"string"}""", "The id of a file with purpose fine-tune. All of its examples are learnt.", IsRequired: true),
            new("validation_file", Supported, """{"type":["string","null"]}""", "The id of a file of held-out examples: their loss is measured, and the adapter of the lowest is kept."),
            new("suffix", Supported, """{"type":["string","null"],"minLength":1,"maxLength":64}""", "A part of the result's name, which is ft:MODEL:SUFFIX:ID: letters, digits, '-', '_' and '.'."),
            new("seed", Supported, """{"type":["integer","null"],"minimum":0,"maximum":2147483647}""", "Equal seeds, files and settings give equal weights, for any number of threads. Default: one of the server's."),
            new("method", Supported, "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\",\"enum\":[\"supervised\"]},\"supervised\":{\"type\":\"object\",\"properties\":{\"hyperparameters\":" + Numbers + "}}}}", "supervised with hyperparameters: n_epochs, batch_size (about how many examples a step sees; short ones share a row, and a step has one row at least) and learning_rate_multiplier, each a number or auto. dpo and reinforcement are refused: 'gyre align' has them."),
            new("hyperparameters", Supported, Numbers, "The older form of method."),
            new("metadata", Supported, """{"type":["object","null"],"maxProperties":16,"additionalProperties":{"type":"string"}}""", "Up to 16 texts, kept with the job."),
            new("integrations", Refused, null, "The run folder keeps what there is to see; leave it out."),
        ]);
}
