using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Registry;
using Gyre.Server.Http;

namespace Gyre.Server.Experiments;

/// <summary>What the stores and files of runs can refuse, as errors of the API.</summary>
internal static class RunErrors
{
    public static ApiException NoRun { get; } = new(
        StatusCodes.Status404NotFound, ErrorTypes.NotFound, "SRV0187", "There is no run of this id: it was never recorded in this data folder, or was forgotten. GET /api/experiments lists what there is.", "id");

    public static ApiException NoRow { get; } = new(
        StatusCodes.Status404NotFound, ErrorTypes.NotFound, "SRV0188", "There is no row of this number; expected a whole number from 1 to the experiment's rows.", "number");

    /// <summary>Faults of the request are 400; files that are not what they should be, a conflict.</summary>
    public static ApiException? TryMap(GyreException error) => error switch
    {
        RegistryException { Code: "REG0041" or "REG0042" } or EvaluationException { Code: "EVA0048" or "EVA0049" } => ApiException.Invalid(error.Code, $"{error.Message} ({error.Code})", innerException: error),
        EvaluationException => new ApiException(StatusCodes.Status409Conflict, ErrorTypes.InvalidRequest, error.Code, $"{error.Message} ({error.Code})", innerException: error),
        _ => null,
    };

    /// <summary>Throws the API's error where there is one for it.</summary>
    public static void ThrowMapped(GyreException error)
    {
        if (TryMap(error) is { } mapped)
        {
            throw mapped;
        }
    }

    /// <summary>That a run's file cannot be used.</summary>
    public static ApiException Unusable<T>(OpenedRun<T> run)
        where T : class => new(StatusCodes.Status409Conflict, ErrorTypes.InvalidRequest, run.Code, $"{run.Problem} ({run.Code})");
}
