using Gyre.Models;
using Gyre.Server.Http;

namespace Gyre.Server.Tests.Http;

public sealed class ErrorMappingTests
{
    /// <summary>It was found when the request arrived, so nothing else tells of it.</summary>
    [Fact]
    public void An_adapter_that_was_unloaded_meanwhile_is_a_model_that_does_not_exist()
    {
        var error = ErrorMapping.ToApi(new ModelException("RUN0423", "Choose an adapter: found 'loud'."), TimeSpan.FromSeconds(1), "prompt");
        (error.Status, error.Code, error.Param, error.Message).ShouldBe((404, "model_not_found", "model", "Choose an adapter: found 'loud'. (RUN0423)"));
    }
}
