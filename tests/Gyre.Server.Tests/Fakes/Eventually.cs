namespace Gyre.Server.Tests.Fakes;

/// <summary>Waits for what happens in the background, within a bound.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, int seconds = 10)
    {
        for (var i = 0; i < seconds * 50 && !condition(); i++)
        {
            await Task.Delay(20);
        }

        condition().ShouldBeTrue("It did not happen within the time.");
    }

    public static async Task TrueAsync(Func<Task<bool>> condition, int seconds = 10)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(20);
        }

        (await condition()).ShouldBeTrue("It did not happen within the time.");
    }
}
