namespace Gyre.Cli.Verbs;

/// <summary>The registration of every verb, in the order that help lists them.</summary>
internal static class AllVerbs
{
    public static IReadOnlyList<Verb> Create() =>
    [
        new UpVerb(),
        new ChatVerb(),
        new GenerateVerb(),
        new TokenizeVerb(),
        new EmbedVerb(),
        new TrainVerb(),
        new FinetuneVerb(),
        new AlignVerb(),
        new QuantizeVerb(),
        new PruneVerb(),
        new DistillVerb(),
        new EvalVerb(),
        new JudgeVerb(),
        new GateVerb(),
        new SelectVerb(),
        new BenchmarkVerb(),
        new DatasetsVerb(),
        new RatingsVerb(),
        new TracesVerb(),
        new BenchVerb(),
        new ModelsVerb(),
        new PullVerb(),
        new ParityVerb(),
        new DoctorVerb(),
    ];
}
