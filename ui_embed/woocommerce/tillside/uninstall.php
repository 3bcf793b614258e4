<?php
/**
 * Runs when the plugin is deleted: disconnects this store and leaves nothing behind.
 *
 * @package Tillside
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/service.php';
require_once __DIR__ . '/includes/installation.php';
require_once __DIR__ . '/includes/ticket.php';
require_once __DIR__ . '/includes/service-calls.php';
require_once __DIR__ . '/includes/store-access.php';
require_once __DIR__ . '/includes/storefront.php';
require_once __DIR__ . '/includes/chat.php';
require_once __DIR__ . '/includes/uninstalling.php';

if ( is_multisite() ) {
	$tillside_all = array(
		'fields' => 'ids',
		'number' => 0,
	);
	foreach ( get_sites( $tillside_all ) as $tillside_site ) {
		switch_to_blog( $tillside_site );
		tillside_uninstall();
		restore_current_blog();
	}
} else {
	tillside_uninstall();
}
