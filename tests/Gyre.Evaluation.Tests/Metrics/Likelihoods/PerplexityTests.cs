using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Likelihoods;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Likelihoods;

public sealed class PerplexityTests
{
    [Fact]
    public void A_uniform_model_is_as_perplexed_as_it_has_choices()
    {
        // 256 equally likely bytes: perplexity 256 a byte, 8 bits a byte.
        var sample = LikelihoodSample.Of("four words stand here", -21 * Math.Log(256), 5);
        sample.ShouldBe(new LikelihoodSample(-21 * Math.Log(256), 5, 4, 21));
        Perplexity.Byte.Of(sample).Number.ShouldBe(256, 1e-10);
        Perplexity.BitsPerByte.Of(sample).Number.ShouldBe(8, 1e-12);
        Perplexity.Token.Of(sample).Number.ShouldBe(Math.Pow(256, 21 / 5.0), 1e-2);
        Perplexity.Word.Of(sample).Number.ShouldBe(Math.Pow(256, 21 / 4.0), 1e2);
    }

    [Fact]
    public void Over_texts_the_units_weigh_and_not_the_texts()
    {
        LikelihoodSample[] samples = [new(-2, 1, 1, 1), new(-6, 3, 1, 9)];
        Perplexity.Token.Of(samples).Number.ShouldBe(Math.Exp(2), 1e-12);
        Perplexity.Byte.Of(samples).Number.ShouldBe(Math.Exp(0.8), 1e-12);
    }

    [Fact]
    public void Bytes_are_those_of_UTF8() => LikelihoodSample.Of(" é🙂\n", -1, 2).ShouldBe(new LikelihoodSample(-1, 2, 1, 8));

    [Fact]
    public void What_cannot_be_is_undefined_by_cause()
    {
        Perplexity.Token.Of(new LikelihoodSample(double.NegativeInfinity, 3, 1, 1)).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        Perplexity.Token.Of(new LikelihoodSample(0.5, 3, 1, 1)).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        Perplexity.Word.Of(new LikelihoodSample(-1, 3, 0, 1)).Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        Perplexity.Token.Of(new LikelihoodSample(-1e6, 1, 1, 1)).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
    }
}
