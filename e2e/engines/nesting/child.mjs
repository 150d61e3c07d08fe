// @ts-check
postMessage('there');
